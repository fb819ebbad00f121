using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Configuration;
using RocketMQ.Controller.Sets;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Requests;

/// <summary>Masters: elected (1002), keeping their set (1001), asked for (1004).</summary>
internal sealed class ElectionHandlers(BrokerSets sets, Elector elector, LiveOptions options, ILogger<ElectionHandlers> logger)
{
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.ControllerAlterSyncStateSet, new FeatureHandler(AlterAsync), lane)
        .Add(RequestCode.ControllerElectMaster, new FeatureHandler(ElectAsync), lane)
        .Add(RequestCode.ControllerGetReplicaInfo, new FeatureHandler(GetReplicaInfoAsync), lane);

    private async ValueTask<RemotingCommand> AlterAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<AlterSyncStateSetRequestHeader>();
        var body = context.Request.ReadBody<SyncStateSet>();
        if (body.BrokerIds.Count > options.Current.MaxBrokerNumInSet)
        {
            return RemotingCommand.Response(
                ResponseCode.ControllerInvalidReplicas,
                new AlterSyncStateSetResponseHeader(),
                $"Rejecting alter syncStateSet request because it has {body.BrokerIds.Count} members: maxBrokerNumInSet is {options.Current.MaxBrokerNumInSet}");
        }

        var outcome = await sets.ApplyAsync(
            header.BrokerName ?? "",
            (set, live) => SyncStateSets.Alter(set, header.MasterBrokerId, header.MasterEpoch, [.. body.BrokerIds], body.SyncStateSetEpoch, live),
            cancellationToken).ConfigureAwait(false);
        if (!outcome.IsSuccess || outcome.Set is not { } changed)
        {
            return Replies.Of(outcome, new AlterSyncStateSetResponseHeader());
        }

        Log.SetChanged(logger, changed.Name, string.Join(';', changed.SyncStateSet), changed.SyncStateSetEpoch);
        return Replies.Of(outcome, new AlterSyncStateSetResponseHeader { NewSyncStateSetEpoch = changed.SyncStateSetEpoch }).WithBody(Replies.SyncStateSetOf(changed));
    }

    private async ValueTask<RemotingCommand> ElectAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ElectMasterRequestHeader>();
        var outcome = await elector.ElectAsync(header.BrokerName, header.BrokerId, header.DesignateElect, context.Connection, cancellationToken).ConfigureAwait(false);
        if (outcome is not { Code: ResponseCode.Success or ResponseCode.ControllerMasterStillExist, Set: { } set })
        {
            return Replies.Of(outcome);
        }

        return Replies.Of(outcome, new ElectMasterResponseHeader
        {
            MasterBrokerId = set.MasterBrokerId,
            MasterAddress = set.AddressOf(set.MasterBrokerId),
            MasterEpoch = set.MasterEpoch,
            SyncStateSetEpoch = set.SyncStateSetEpoch,
        }).WithBody(new ElectMasterResponseBody { BrokerMemberGroup = outcome.IsSuccess ? Replies.GroupOf(set) : null, SyncStateSet = [.. set.SyncStateSet] });
    }

    private async ValueTask<RemotingCommand> GetReplicaInfoAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetReplicaInfoRequestHeader>();
        var outcome = await sets.ApplyAsync(
            header.BrokerName ?? "",
            (set, _) => set is null ? Outcome.Refuse(ResponseCode.ControllerBrokerMetadataNotExist, "Broker metadata is not existed") : Outcome.Same(set),
            cancellationToken).ConfigureAwait(false);
        return outcome is not { IsSuccess: true, Set: { } found } ? Replies.Of(outcome) : Replies.Of(outcome, new GetReplicaInfoResponseHeader
        {
            MasterBrokerId = found.MasterBrokerId,
            MasterAddress = found.AddressOf(found.MasterBrokerId),
            MasterEpoch = found.MasterEpoch,
        }).WithBody(Replies.SyncStateSetOf(found));
    }
}
