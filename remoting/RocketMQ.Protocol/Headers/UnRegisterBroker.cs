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
        fields.Expected("brokerName"u8, ref BrokerName);
        fields.Expected("brokerAddr"u8, ref BrokerAddr);
        fields.Expected("clusterName"u8, ref ClusterName);
        fields.Expected("brokerId"u8, ref BrokerId);
    }
}
