using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>DELETE_SUBSCRIPTIONGROUP (207).</summary>
public sealed class DeleteSubscriptionGroupRequestHeader : ICommandHeader
{
    public string GroupName = "";

    /// <summary>Forget the offsets too: <c>removeOffset</c> in 4.9, <c>cleanOffset</c> in 5.x.</summary>
    public bool CleanOffset;

    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("groupName"u8, NameKind.Group, ref GroupName);
        fields.Optional("removeOffset"u8, ref CleanOffset);
        fields.Optional("cleanOffset"u8, ref CleanOffset);
        fields.Optional("bname"u8, NameKind.Broker, ref BrokerName);
    }
}
