using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_BROKER_MEMBER_GROUP (901): the addresses of a broker name.</summary>
public sealed class GetBrokerMemberGroupRequestHeader : ICommandHeader
{
    public string ClusterName = "";
    public string BrokerName = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("clusterName"u8, ref ClusterName);
        fields.Expected("brokerName"u8, ref BrokerName);
    }
}

/// <summary>BROKER_HEARTBEAT (904): a broker is alive; the last four fields are for controllers.</summary>
public sealed class BrokerHeartbeatRequestHeader : ICommandHeader
{
    public string ClusterName = "";
    public string BrokerAddr = "";
    public string BrokerName = "";
    public long? BrokerId;
    public long? HeartbeatTimeoutMills;
    public int? Epoch;
    public long? MaxOffset;
    public long? ConfirmOffset;
    public int? ElectionPriority;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("clusterName"u8, ref ClusterName);
        fields.Required("brokerAddr"u8, ref BrokerAddr);
        fields.Expected("brokerName"u8, ref BrokerName);
        fields.Optional("brokerId"u8, ref BrokerId);
        fields.Optional("heartbeatTimeoutMills"u8, ref HeartbeatTimeoutMills);
        fields.Optional("epoch"u8, ref Epoch);
        fields.Optional("maxOffset"u8, ref MaxOffset);
        fields.Optional("confirmOffset"u8, ref ConfirmOffset);
        fields.Optional("electionPriority"u8, ref ElectionPriority);
    }
}

/// <summary>NOTIFY_MIN_BROKER_ID_CHANGE (905), name server to brokers, one way.</summary>
public sealed class NotifyMinBrokerIdChangeRequestHeader : ICommandHeader
{
    public long? MinBrokerId;
    public string? BrokerName;
    public string? MinBrokerAddr;
    public string? OfflineBrokerAddr;
    public string? HaBrokerAddr;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("minBrokerId"u8, ref MinBrokerId);
        fields.Optional("brokerName"u8, ref BrokerName);
        fields.Optional("minBrokerAddr"u8, ref MinBrokerAddr);
        fields.Optional("offlineBrokerAddr"u8, ref OfflineBrokerAddr);
        fields.Optional("haBrokerAddr"u8, ref HaBrokerAddr);
    }
}
