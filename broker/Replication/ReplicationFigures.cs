using RocketMQ.Broker.Replication.Following;
using RocketMQ.Broker.Replication.Membership;
using RocketMQ.Broker.Replication.Shipping;
using RocketMQ.Broker.Roles;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication;

/// <summary>How replication does, for operators: a master's view of its slaves, or a slave's of its master.</summary>
internal sealed class ReplicationFigures(ReplicationOptions options, CurrentRole role, MessageStore store, LogShipping shipping, LogFollowing following, InSyncSet? inSync)
{
    public HARuntimeInfo Status()
    {
        if (!role.IsMaster)
        {
            return new HARuntimeInfo { Master = false, HaClientRuntimeInfo = following.Figures() };
        }

        var end = store.MaxPhysicalOffset;
        List<HAConnectionRuntimeInfo> slaves = [.. shipping.Slaves.Select(slave => new HAConnectionRuntimeInfo
        {
            Addr = slave.Address,
            SlaveAckOffset = slave.Acknowledged,
            Diff = Behind(slave, end),
            InSync = IsInSync(slave, end),
            TransferredByteInSecond = slave.TransferredInSecond,
            TransferFromWhere = slave.Next,
        })];
        return new HARuntimeInfo
        {
            Master = true, MasterCommitLogMaxOffset = end, InSyncSlaveNums = slaves.Count(slave => slave.InSync), HaConnectionInfo = slaves,
        };
    }

    /// <summary>Slaves that follow this broker's log.</summary>
    public int Slaves => shipping.Slaves.Count();

    /// <summary>Brokers that the next master is elected from; null without a controller.</summary>
    public int? InSync => inSync?.Stored.Members.Count;

    /// <summary>The master's epoch; null without a controller.</summary>
    public int? Epoch => Membership?.Epoch;

    /// <summary>Where a controller watches over the set.</summary>
    public Membership.Membership? Membership { get; init; }

    /// <summary>Bytes that the last of the slaves is behind; 0 without any.</summary>
    public long FurthestBehind => shipping.Slaves.Select(slave => Behind(slave, store.MaxPhysicalOffset)).DefaultIfEmpty().Max();

    /// <summary>Whether a slave follows its master's log; null of a master.</summary>
    public bool? IsFollowing => role.IsMaster ? null : following.IsConnected;

    private bool IsInSync(SlaveLink slave, long end) =>
        inSync is null ? slave.IsNear(end, options.HaMaxGapNotInSync) : slave.BrokerId is { } id && inSync.Stored.Members.Contains(id);

    private static long Behind(SlaveLink slave, long end) => Math.Max(0, end - Math.Max(0, slave.Acknowledged));
}
