

namespace RocketMQ.Broker.Popping;

/// <summary>A checkpoint that waits for acknowledgements.</summary>
internal sealed class PendingCheckPoint(PopCheckPoint checkPoint, long reviveOffset)
{
    private readonly bool[] _acked = new bool[Math.Min(checkPoint.Count, byte.MaxValue)];

    public PopCheckPoint CheckPoint { get; } = checkPoint;

    /// <summary>Where it stands in its revive queue.</summary>
    public long ReviveOffset { get; } = reviveOffset;

    /// <summary>The offsets that nobody acknowledged, with their index.</summary>
    public IEnumerable<(int Index, long Offset)> Unacked
    {
        get
        {
            for (var i = 0; i < _acked.Length && (CheckPoint.OffsetDiffs is not { Count: > 0 } diffs || i < diffs.Count); i++)
            {
                if (!_acked[i])
                {
                    yield return (i, CheckPoint.OffsetAt(i));
                }
            }
        }
    }

    public void Acknowledge(long offset)
    {
        var index = CheckPoint.IndexOf(offset);
        if (index >= 0 && index < _acked.Length)
        {
            _acked[index] = true;
        }
    }

    /// <summary>Takes one as done, because it was brought back.</summary>
    public void Settle(int index) => _acked[index] = true;
}
