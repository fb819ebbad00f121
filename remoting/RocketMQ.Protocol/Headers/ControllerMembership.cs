using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Protocol.Headers;

/// <summary>CONTROLLER_REGISTER_BROKER (1003): a broker that has its id says where it is.</summary>
public sealed class RegisterBrokerToControllerRequestHeader : ICommandHeader
{
    public string? ClusterName;
    public string? BrokerName;
    public long? BrokerId;
    public string? BrokerAddress;
    public long? InvokeTime;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("brokerId"u8, ref BrokerId);
        fields.Optional("brokerAddress"u8, NameKind.Address, ref BrokerAddress);
        fields.Optional("invokeTime"u8, ref InvokeTime);
    }
}

/// <summary>Reply to <see cref="RegisterBrokerToControllerRequestHeader"/>; the sync-state set is the body.</summary>
public sealed class RegisterBrokerToControllerResponseHeader : ICommandHeader
{
    public string? ClusterName;
    public string? BrokerName;
    public long? MasterBrokerId;
    public string? MasterAddress;
    public int? MasterEpoch;
    public int? SyncStateSetEpoch;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("masterBrokerId"u8, ref MasterBrokerId);
        fields.Optional("masterAddress"u8, NameKind.Address, ref MasterAddress);
        fields.Optional("masterEpoch"u8, ref MasterEpoch);
        fields.Optional("syncStateSetEpoch"u8, ref SyncStateSetEpoch);
    }
}

/// <summary>CLEAN_BROKER_DATA (1011): forgets brokers of a set, or the set.</summary>
public sealed class CleanControllerBrokerDataRequestHeader : ICommandHeader
{
    public string? ClusterName;
    public string BrokerName = "";

    /// <summary>Ids, joined by semicolons; none: the whole set.</summary>
    public string? BrokerControllerIdsToClean;
    public bool IsCleanLivingBroker;
    public long? InvokeTime;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Expected("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("brokerControllerIdsToClean"u8, ref BrokerControllerIdsToClean);
        fields.Optional("isCleanLivingBroker"u8, ref IsCleanLivingBroker);
        fields.Optional("invokeTime"u8, ref InvokeTime);
    }
}

/// <summary>CONTROLLER_GET_NEXT_BROKER_ID (1012): a broker without an id asks which one to apply for.</summary>
public sealed class GetNextBrokerIdRequestHeader : ICommandHeader
{
    public string? ClusterName;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
    }
}

/// <summary>Reply to <see cref="GetNextBrokerIdRequestHeader"/>.</summary>
public sealed class GetNextBrokerIdResponseHeader : ICommandHeader
{
    public string? ClusterName;
    public string? BrokerName;
    public long? NextBrokerId;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("nextBrokerId"u8, ref NextBrokerId);
    }
}

/// <summary>CONTROLLER_APPLY_BROKER_ID (1013): a broker takes an id; its check code is what it takes it with, so that asking twice does no harm.</summary>
public sealed class ApplyBrokerIdRequestHeader : ICommandHeader
{
    public string? ClusterName;
    public string? BrokerName;
    public long? AppliedBrokerId;
    public string? RegisterCheckCode;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
        fields.Optional("appliedBrokerId"u8, ref AppliedBrokerId);
        fields.Optional("registerCheckCode"u8, ref RegisterCheckCode);
    }
}

/// <summary>Reply to <see cref="ApplyBrokerIdRequestHeader"/>.</summary>
public sealed class ApplyBrokerIdResponseHeader : ICommandHeader
{
    public string? ClusterName;
    public string? BrokerName;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Optional("clusterName"u8, NameKind.Cluster, ref ClusterName);
        fields.Optional("brokerName"u8, NameKind.Broker, ref BrokerName);
    }
}
