namespace RocketMQ.Store;

/// <summary>Counts appends by how long they took, in the classes Apache's brokers report.</summary>
public sealed class AppendTimes
{
    /// <summary>Upper bounds, in milliseconds, of all classes but the last.</summary>
    private static readonly long[] BoundsMs = [0, 10, 50, 100, 200, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 10_000];

    private readonly long[] _counts = new long[BoundsMs.Length + 1];

    /// <summary>Names of the classes, in order.</summary>
    public static IReadOnlyList<string> Classes { get; } =
    [
        "[<=0ms]", "[0~10ms]", "[10~50ms]", "[50~100ms]", "[100~200ms]", "[200~500ms]", "[500ms~1s]", "[1~2s]", "[2~3s]", "[3~4s]", "[4~5s]", "[5~10s]",
        "[10s~]",
    ];

    /// <summary>The counts so far, one per class.</summary>
    public IReadOnlyList<long> Counts => [.. _counts];

    internal void Add(long elapsedMs)
    {
        var i = 0;
        while (i < BoundsMs.Length && elapsedMs > BoundsMs[i])
        {
            i++;
        }
        Interlocked.Increment(ref _counts[i]);
    }
}
