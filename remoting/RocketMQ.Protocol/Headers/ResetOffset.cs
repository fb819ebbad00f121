using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>INVOKE_BROKER_TO_RESET_OFFSET (222) and, broker to consumer, RESET_CONSUMER_CLIENT_OFFSET (220).</summary>
public sealed class ResetOffsetRequestHeader : ICommandHeader
{
    public string Group = "";
    public string Topic = "";

    /// <summary>5.x: one queue; absent or -1 for all.</summary>
    public int? QueueId;

    /// <summary>5.x: to this offset rather than to a time.</summary>
    public long? Offset;

    /// <summary>To the offset at this time in ms; -1 for the end.</summary>
    public long Timestamp;

    /// <summary>Also where it moves the group forward.</summary>
    public bool IsForce;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("group"u8, ref Group);
        fields.Required("topic"u8, ref Topic);
        fields.Optional("queueId"u8, ref QueueId);
        fields.Optional("offset"u8, ref Offset);
        fields.Expected("timestamp"u8, ref Timestamp);
        fields.Expected("isForce"u8, ref IsForce);
    }
}
