using System.Globalization;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>A message that a broker takes now and shows to consumers later, or never.</summary>
internal sealed class Promise(string id, int size)
{
    private long _notBeforeMs = long.MaxValue;
    private long _owedFromMs = long.MaxValue;

    public string Id => id;

    public int Size => size;

    /// <summary>The broker's id of the record it keeps out of sight; empty until the send is acknowledged.</summary>
    public string OffsetMessageId { get; set; } = "";

    public bool IsAcknowledged => OffsetMessageId.Length > 0;

    /// <summary>Where that record is in the log.</summary>
    public long PhysicalOffset => long.Parse(OffsetMessageId.AsSpan()[^16..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>No consumer may see it before, ms since 1970; as long as nothing is set, none at all.</summary>
    public long NotBeforeMs
    {
        get => Volatile.Read(ref _notBeforeMs);
        set => Volatile.Write(ref _notBeforeMs, value);
    }

    /// <summary>From then on consumers have to see it; as long as nothing is set, they need not.</summary>
    public long OwedFromMs
    {
        get => Volatile.Read(ref _owedFromMs);
        set => Volatile.Write(ref _owedFromMs, value);
    }

    public bool IsOwed => OwedFromMs != long.MaxValue;
}
