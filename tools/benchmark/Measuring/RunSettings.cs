namespace RocketMQ.Benchmark.Measuring;

/// <summary>How long a run is and what is watched meanwhile.</summary>
/// <param name="Messages">Messages to measure; 0: until the duration is over or the run is cancelled.</param>
/// <param name="Duration">Zero: until the messages are used up.</param>
/// <param name="WarmUp">Messages that come first and do not count.</param>
/// <param name="Pid">The broker's process, if its CPU time is wanted.</param>
internal sealed record RunSettings(long Messages, TimeSpan Duration, long WarmUp, int? Pid, TimeSpan ReportInterval);
