namespace RocketMQ.Client.Tracing;

/// <summary>How a handler ended, numbered as trace data counts it.</summary>
internal enum ConsumeOutcome
{
    Success = 0,
    TimedOut = 1,
    Threw = 2,
    ReturnedNothing = 3,
    Failed = 4,
}
