namespace RocketMQ.Benchmark.Measuring;

/// <summary>What one worker did. Written by that worker alone; a progress line may read it meanwhile.</summary>
internal sealed class Tally
{
    private long _completed;
    private long _failed;

    public long Completed => Volatile.Read(ref _completed);

    public long Failed => Volatile.Read(ref _failed);

    /// <summary>Why the first failure happened.</summary>
    public string? FirstFailure { get; private set; }

    /// <summary>Time of each completed operation, or of what stands for one in the mode.</summary>
    public LatencyHistogram Latency { get; } = new();

    public void Complete(TimeSpan latency, long messages = 1)
    {
        Latency.Record(latency);
        Volatile.Write(ref _completed, _completed + messages);
    }

    public void Fail(string reason, long messages = 1)
    {
        FirstFailure ??= reason;
        Volatile.Write(ref _failed, _failed + messages);
    }
}
