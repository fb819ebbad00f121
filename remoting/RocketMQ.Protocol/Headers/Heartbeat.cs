using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>Reply to HEART_BEAT (34) of 5.x brokers.</summary>
public sealed class HeartbeatResponseHeader : ICommandHeader
{
    public bool? IsSupportHeartbeatV2;

    /// <summary>The client must send its subscriptions in full again.</summary>
    public bool? IsSubChange;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("IS_SUPPORT_HEART_BEAT_V2"u8, ref IsSupportHeartbeatV2);
        fields.Optional("IS_SUB_CHANGE"u8, ref IsSubChange);
    }
}
