namespace RocketMQ.Benchmark.Measuring;

/// <summary>CPU time that a process spent on a run, and its memory after it.</summary>
internal sealed record CpuFigures(double UserSeconds, double SystemSeconds, double MicrosPerMessage, double ResidentMiB)
{
    public static CpuFigures Between(in ProcessUsage before, in ProcessUsage after, long messages) =>
        new(
            after.UserSeconds - before.UserSeconds,
            after.SystemSeconds - before.SystemSeconds,
            messages > 0 ? (after.CpuSeconds - before.CpuSeconds) * 1e6 / messages : 0,
            after.ResidentBytes / (1024.0 * 1024));
}
