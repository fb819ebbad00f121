using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Requests;

/// <summary>Who leads of the controllers (1005), and how broker sets stand (1006).</summary>
internal sealed class MetadataHandlers(IControllerStore store, LiveReplicas live, Peers peers, string group)
{
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.ControllerGetMetadataInfo, new FeatureHandler(GetMetadata))
        .Add(RequestCode.ControllerGetSyncStateData, new FeatureHandler(GetSyncStateData), lane);

    /// <summary>A controller that was not told where it is reached is where this question reached it.</summary>
    private RemotingCommand GetMetadata(RequestContext context)
    {
        var self = peers.SelfAddress ?? context.Connection.LocalEndPoint?.ToString() ?? "";
        var leadership = store.Leadership;
        return RemotingCommand.Response(ResponseCode.Success, new GetMetaDataResponseHeader
        {
            Group = group,
            ControllerLeaderId = leadership.Id,
            ControllerLeaderAddress = leadership.IsSelf ? self : leadership.Address,
            IsLeader = leadership.IsSelf,
            Peers = peers.Describe(self),
        });
    }

    /// <summary>For operators: as this controller saw it last. A name stands in the answer once, however often it is asked for.</summary>
    private RemotingCommand GetSyncStateData(RequestContext context)
    {
        if (!store.Leadership.IsSelf)
        {
            return RemotingCommand.Response(ResponseCode.ControllerNotLeader, BrokerSets.NotLeader(store.Leadership));
        }

        var names = context.Request.Body.IsEmpty ? [] : context.Request.ReadBody<List<string>>();
        return RemotingCommand.Response(ResponseCode.Success).WithBody(new BrokerReplicasInfo
        {
            ReplicasInfoTable = names.Distinct(StringComparer.Ordinal).Select(store.FindSeen).OfType<BrokerSet>().ToDictionary(set => set.Name, InfoOf, StringComparer.Ordinal),
        });
    }

    private ReplicasInfo InfoOf(BrokerSet set)
    {
        var alive = live.Of(set);
        var replicas = set.Replicas.ToLookup(
            each => set.SyncStateSet.Contains(each.Key),
            each => new ReplicaIdentity { BrokerName = set.Name, BrokerId = each.Key, BrokerAddress = each.Value.Address, Alive = alive.IsHeard(each.Key) });
        return new ReplicasInfo
        {
            MasterBrokerId = set.MasterBrokerId,
            MasterAddress = set.AddressOf(set.MasterBrokerId),
            MasterEpoch = set.MasterEpoch,
            SyncStateSetEpoch = set.SyncStateSetEpoch,
            InSyncReplicas = [.. replicas[true]],
            NotInSyncReplicas = [.. replicas[false]],
        };
    }
}
