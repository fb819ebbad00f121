using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Remoting;

/// <summary>Apache's code for how durable something is; it has one for a disk that is late and for one that fails.</summary>
public static class DurabilityReplies
{
    public static int Code(this in Durability durability) => durability.IsStored ? ResponseCode.Success : durability.Kind.Code();
}
