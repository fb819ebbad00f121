using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Brokers;

/// <summary>One probing send: its receipt, or why there is none.</summary>
internal sealed record ProbeResult(SendReceipt? Receipt, double ElapsedMs, string? Problem = null)
{
    public bool IsSent => Receipt is not null;

    /// <summary>The average time of sends, without the first, which connects.</summary>
    public static double AverageMs(IReadOnlyList<ProbeResult> results) => results.Count switch
    {
        0 => 0,
        1 => results[0].ElapsedMs,
        _ => results.Skip(1).Average(r => r.ElapsedMs),
    };
}
