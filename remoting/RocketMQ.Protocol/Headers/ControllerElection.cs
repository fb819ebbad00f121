using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CONTROLLER_ALTER_SYNC_STATE_SET (1001): a master says who keeps up with it; the set is the body.</summary>
public sealed class AlterSyncStateSetRequestHeader : ICommandHeader
{
    public string? BrokerName;
    public long? MasterBrokerId;
    public int? MasterEpoch;
    public long? InvokeTime;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("masterBrokerId"u8, ref MasterBrokerId);
        fields.Optional("masterEpoch"u8, ref MasterEpoch);
        fields.Optional("invokeTime"u8, ref InvokeTime);
    }
}

/// <summary>Reply to <see cref="AlterSyncStateSetRequestHeader"/>; refusals carry it too, with 0.</summary>
public sealed class AlterSyncStateSetResponseHeader : ICommandHeader
{
    public int NewSyncStateSetEpoch;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct => fields.Optional("newSyncStateSetEpoch"u8, ref NewSyncStateSetEpoch);
}

/// <summary>CONTROLLER_ELECT_MASTER (1002): a broker asks for a master, or an operator names one (<see cref="DesignateElect"/>).</summary>
public sealed class ElectMasterRequestHeader : ICommandHeader
{
    public string ClusterName = "";
    public string BrokerName = "";
    public long BrokerId = -1;
    public bool DesignateElect;
    public long? InvokeTime;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Expected("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Expected("brokerId"u8, ref BrokerId);
        fields.Expected("designateElect"u8, ref DesignateElect);
        fields.Optional("invokeTime"u8, ref InvokeTime);
    }
}

/// <summary>Reply to <see cref="ElectMasterRequestHeader"/>: the master that was elected, or is there still.</summary>
public sealed class ElectMasterResponseHeader : ICommandHeader
{
    public long? MasterBrokerId;
    public string? MasterAddress;
    public int? MasterEpoch;
    public int? SyncStateSetEpoch;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("masterBrokerId"u8, ref MasterBrokerId);
        fields.Optional("masterAddress"u8, NameKind.Address, ref MasterAddress);
        fields.Optional("masterEpoch"u8, ref MasterEpoch);
        fields.Optional("syncStateSetEpoch"u8, ref SyncStateSetEpoch);
    }
}

/// <summary>NOTIFY_BROKER_ROLE_CHANGED (1008): a controller tells the living brokers of a set who leads it, one way; the sync-state set is the body.</summary>
public sealed class NotifyBrokerRoleChangedRequestHeader : ICommandHeader
{
    public string? MasterAddress;
    public int? MasterEpoch;
    public int? SyncStateSetEpoch;
    public long? MasterBrokerId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("masterAddress"u8, NameKind.Address, ref MasterAddress);
        fields.Optional("masterEpoch"u8, ref MasterEpoch);
        fields.Optional("syncStateSetEpoch"u8, ref SyncStateSetEpoch);
        fields.Optional("masterBrokerId"u8, ref MasterBrokerId);
    }
}
