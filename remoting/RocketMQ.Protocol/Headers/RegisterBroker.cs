using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>REGISTER_BROKER (103): a broker tells a name server its address, and its topics in the body.</summary>
public sealed class RegisterBrokerRequestHeader : ICommandHeader
{
    public string BrokerName = "";
    public string BrokerAddr = "";
    public string ClusterName = "";
    public string HaServerAddr = "";

    /// <summary>0 for a master.</summary>
    public long BrokerId;

    public long? HeartbeatTimeoutMillis;
    public bool? EnableActingMaster;

    /// <summary>The body is a <see cref="Bodies.CompressedRegisterBrokerBody"/>.</summary>
    public bool Compressed;

    /// <summary><see cref="Messages.MessageCrc.OfBody(ReadOnlySpan{byte})"/> of the body as sent; 0 is not checked.</summary>
    public int BodyCrc32;

    public string? ZoneName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Required("brokerAddr"u8, NameKind.Address, ref BrokerAddr);
        fields.Required("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Expected("haServerAddr"u8, NameKind.Address, ref HaServerAddr);
        fields.Required("brokerId"u8, ref BrokerId);
        fields.Optional("heartbeatTimeoutMillis"u8, ref HeartbeatTimeoutMillis);
        fields.Optional("enableActingMaster"u8, ref EnableActingMaster);
        fields.Optional("compressed"u8, ref Compressed);
        fields.Optional("bodyCrc32"u8, ref BodyCrc32);
        fields.Optional("__ZONE_NAME"u8, NameKind.Zone, ref ZoneName);
    }
}

/// <summary>Reply to <see cref="RegisterBrokerRequestHeader"/>: where a slave finds its master.</summary>
public sealed class RegisterBrokerResponseHeader : ICommandHeader
{
    public string? HaServerAddr;
    public string? MasterAddr;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("haServerAddr"u8, NameKind.Address, ref HaServerAddr);
        fields.Optional("masterAddr"u8, NameKind.Address, ref MasterAddr);
    }
}
