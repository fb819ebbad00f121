using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>UNREGISTER_BROKER (104): a broker stops.</summary>
public sealed class UnRegisterBrokerRequestHeader : ICommandHeader
{
    public string BrokerName = "";
    public string BrokerAddr = "";
    public string ClusterName = "";
    public long BrokerId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("brokerName"u8, ref BrokerName);
        fields.Required("brokerAddr"u8, ref BrokerAddr);
        fields.Required("clusterName"u8, ref ClusterName);
        fields.Required("brokerId"u8, ref BrokerId);
    }
}
