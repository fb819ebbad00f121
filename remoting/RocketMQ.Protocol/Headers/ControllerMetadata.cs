using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CONTROLLER_GET_REPLICA_INFO (1004): a broker asks who leads its set.</summary>
public sealed class GetReplicaInfoRequestHeader : ICommandHeader
{
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct => fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
}

/// <summary>Reply to <see cref="GetReplicaInfoRequestHeader"/>; the sync-state set is the body.</summary>
public sealed class GetReplicaInfoResponseHeader : ICommandHeader
{
    public long? MasterBrokerId;
    public string? MasterAddress;
    public int? MasterEpoch;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("masterBrokerId"u8, ref MasterBrokerId);
        fields.Optional("masterAddress"u8, NameKind.Address, ref MasterAddress);
        fields.Optional("masterEpoch"u8, ref MasterEpoch);
    }
}

/// <summary>Reply to CONTROLLER_GET_METADATA_INFO (1005): which controllers there are, and which one leads.</summary>
public sealed class GetMetaDataResponseHeader : ICommandHeader
{
    public string? Group;
    public string? ControllerLeaderId;
    public string? ControllerLeaderAddress;
    public bool IsLeader;

    /// <summary><c>id:host:port;</c> for each.</summary>
    public string? Peers;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("group"u8, ref Group);
        fields.Optional("controllerLeaderId"u8, ref ControllerLeaderId);
        fields.Optional("controllerLeaderAddress"u8, NameKind.Address, ref ControllerLeaderAddress);
        fields.Optional("isLeader"u8, ref IsLeader);
        fields.Optional("peers"u8, ref Peers);
    }
}
