namespace RocketMQ.Remoting;

/// <summary>What one connection holds of one kind, for a <see cref="HoldingBudget"/>, which guards what is set here.</summary>
/// <param name="bytes">What it holds now.</param>
/// <param name="close">Ends the connection.</param>
internal sealed class Holding(Func<long> bytes, Action<string> close)
{
    /// <summary>As much is held for any connection that is at work; only who holds more is counted.</summary>
    private const int FreeBytes = 64 * 1024;

    public long Bytes => bytes() is var held && held > FreeBytes ? held : 0;

    /// <summary>What it was last counted with.</summary>
    public long Counted { get; set; }

    /// <summary>When its peer last moved, or it began to hold something.</summary>
    public long Since { get; set; }

    /// <summary>The connection ends: what it holds goes with it.</summary>
    public bool IsReleased { get; set; }

    public void Close(string reason) => close(reason);
}
