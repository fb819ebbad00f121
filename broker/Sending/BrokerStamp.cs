using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// The properties that a 5.x broker adds to what clients send: the cluster, the region, the trace switch, and a unique id where the
/// client gave none. Made once; what a client says of the first three itself was taken out before (<see cref="ReservedProperties"/>).
/// </summary>
public sealed class BrokerStamp
{
    [ThreadStatic]
    private static byte[]? _withId;

    private readonly byte[] _constant;

    public BrokerStamp(BrokerOptions options) => _constant = PropertyText.ToUtf8(
    [
        new(PropertyNames.Cluster, options.BrokerClusterName),
        new(PropertyNames.MessageRegion, options.RegionId),
        new(PropertyNames.TraceOn, options.TraceOn ? "true" : "false"),
    ]);

    /// <summary>The properties to add. The span is valid until the next call on this thread.</summary>
    /// <param name="properties">What the client sent.</param>
    /// <param name="ids">Where a missing id comes from.</param>
    /// <param name="uniqueKey">The id that was made, if the client sent none.</param>
    public ReadOnlySpan<byte> For(ReadOnlySpan<byte> properties, UniqueMessageIdSource ids, out string? uniqueKey)
    {
        uniqueKey = null;
        var stamp = _constant.AsSpan();
        if (PropertyText.TryFind(properties, PropertyNames.Utf8.UniqueKey, out _))
        {
            return stamp;
        }

        uniqueKey = ids.Next();
        var id = PropertyText.ToUtf8([new(PropertyNames.UniqueKey, uniqueKey)]);
        var buffer = _withId ??= new byte[512];
        if (buffer.Length < stamp.Length + id.Length)
        {
            buffer = _withId = new byte[stamp.Length + id.Length];
        }

        stamp.CopyTo(buffer);
        id.CopyTo(buffer.AsSpan(stamp.Length));
        return buffer.AsSpan(0, stamp.Length + id.Length);
    }
}
