using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// Properties that are for the broker to give. A message that was received before and is sent on brings those of its last journey: its
/// receipt would be acknowledged in its place, and its cluster and region are those of another broker.
/// </summary>
internal static class ReservedProperties
{
    private static ReadOnlySpan<byte> Receipt => "POP_CK"u8;

    private static ReadOnlySpan<byte> Cluster => "CLUSTER"u8;

    private static ReadOnlySpan<byte> Region => "MSG_REGION"u8;

    private static ReadOnlySpan<byte> TraceSwitch => "TRACE_ON"u8;

    /// <summary>What a client sent, without them; the same memory where it sent none.</summary>
    public static ReadOnlyMemory<byte> Remove(ReadOnlyMemory<byte> properties)
    {
        foreach (var entry in PropertyText.Enumerate(properties.Span))
        {
            if (IsReserved(entry.Name))
            {
                var withoutJourney = PropertyEdit.Remove(PropertyEdit.Remove(properties.Span, Receipt), Cluster);
                return PropertyEdit.Remove(PropertyEdit.Remove(withoutJourney, Region), TraceSwitch).ToArray();
            }
        }

        return properties;
    }

    /// <summary>Without the region and the trace switch alone: the broker adds nothing else to a reply.</summary>
    public static ReadOnlyMemory<byte> RemoveRegion(ReadOnlyMemory<byte> properties)
    {
        var sent = properties.Span;
        return PropertyText.TryFind(sent, Region, out _) || PropertyText.TryFind(sent, TraceSwitch, out _)
            ? PropertyEdit.Remove(PropertyEdit.Remove(sent, Region), TraceSwitch).ToArray()
            : properties;
    }

    private static bool IsReserved(ReadOnlySpan<byte> name) => name.Length switch
    {
        6 => name.SequenceEqual(Receipt),
        7 => name.SequenceEqual(Cluster),
        8 => name.SequenceEqual(TraceSwitch),
        10 => name.SequenceEqual(Region),
        _ => false,
    };
}
