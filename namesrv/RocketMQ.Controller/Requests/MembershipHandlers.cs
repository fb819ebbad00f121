using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Configuration;
using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Requests;

/// <summary>Brokers take an id (1012, 1013), say where they are (1003), are heard (904) and forgotten (1011).</summary>
internal sealed class MembershipHandlers(
    BrokerSets sets, IControllerStore store, LiveReplicas live, Elector elector, LiveOptions options, ILogger<MembershipHandlers> logger)
{
    /// <summary>Heartbeats are handled where they are read: a long queue must not make brokers look dead.</summary>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.BrokerHeartbeat, new FeatureHandler(Hear))
        .Add(RequestCode.ControllerRegisterBroker, new FeatureHandler(RegisterAsync), lane)
        .Add(RequestCode.ControllerGetNextBrokerId, new FeatureHandler(GetNextIdAsync), lane)
        .Add(RequestCode.ControllerApplyBrokerId, new FeatureHandler(ApplyIdAsync), lane)
        .Add(RequestCode.CleanBrokerData, new FeatureHandler(CleanAsync), lane);

    /// <summary>Only those that the state knows are kept, so that there are no more of them than it may have.</summary>
    private RemotingCommand Hear(RequestContext context)
    {
        var header = context.Request.ReadHeader<BrokerHeartbeatRequestHeader>();
        if (header.BrokerId is not { } id)
        {
            return RemotingCommand.Response(ResponseCode.ControllerInvalidRequest, "Heart beat with empty brokerId");
        }

        if (store.FindSeen(header.BrokerName) is { } set && set.Cluster == header.ClusterName && set.Replicas.ContainsKey(id))
        {
            live.Hear(
                set.Name,
                id,
                context.Connection,
                header.HeartbeatTimeoutMills is { } millis ? TimeSpan.FromMilliseconds(Math.Clamp(millis, 0, int.MaxValue)) : LiveReplicas.DefaultTimeout,
                new Heartbeat(header.Epoch ?? -1, header.MaxOffset ?? -1, header.ConfirmOffset ?? -1, header.ElectionPriority ?? int.MaxValue));
        }

        return RemotingCommand.Response(ResponseCode.Success, "Heart beat success");
    }

    private async ValueTask<RemotingCommand> RegisterAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<RegisterBrokerToControllerRequestHeader>();
        var hasResigned = false;
        var isMasterAlive = false;
        var outcome = await sets.ApplyAsync(
            header.BrokerName ?? "",
            (set, alive) =>
            {
                var registered = Membership.Register(set, header.BrokerName ?? "", header.BrokerId, header.BrokerAddress ?? "");
                hasResigned = set?.MasterBrokerId is not null && registered.Set?.MasterBrokerId is null;
                isMasterAlive = registered.Set?.MasterBrokerId is { } master && alive.IsAlive(master);
                return registered;
            },
            cancellationToken).ConfigureAwait(false);
        var reply = new RegisterBrokerToControllerResponseHeader { ClusterName = header.ClusterName, BrokerName = header.BrokerName };
        if (outcome is not { IsSuccess: true, Set: { } found })
        {
            return Replies.Of(outcome, reply);
        }

        live.Forget(found.Name, header.BrokerId!.Value);
        if (hasResigned)
        {
            elector.ElectSoon(found.Name);
        }

        if (isMasterAlive)
        {
            reply.MasterBrokerId = found.MasterBrokerId;
            reply.MasterAddress = found.AddressOf(found.MasterBrokerId);
            reply.MasterEpoch = found.MasterEpoch;
            reply.SyncStateSetEpoch = found.SyncStateSetEpoch;
        }

        return Replies.Of(outcome, reply).WithBody(Replies.SyncStateSetOf(found));
    }

    private async ValueTask<RemotingCommand> GetNextIdAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetNextBrokerIdRequestHeader>();
        var outcome = await sets.ApplyAsync(header.BrokerName ?? "", (set, _) => Outcome.Same(set), cancellationToken).ConfigureAwait(false);
        return Replies.Of(outcome, new GetNextBrokerIdResponseHeader
        {
            ClusterName = header.ClusterName,
            BrokerName = header.BrokerName,
            NextBrokerId = outcome.IsSuccess ? Membership.NextId(outcome.Set) : null,
        });
    }

    private async ValueTask<RemotingCommand> ApplyIdAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ApplyBrokerIdRequestHeader>();
        var reply = new ApplyBrokerIdResponseHeader { ClusterName = header.ClusterName, BrokerName = header.BrokerName };
        if (header is not { ClusterName.Length: > 0, BrokerName.Length: > 0, AppliedBrokerId: { } id, RegisterCheckCode: { Length: > 0 and <= Membership.MaxCheckCodeLength } code })
        {
            return Refuse($"clusterName, brokerName, appliedBrokerId and registerCheckCode, of at most {Membership.MaxCheckCodeLength} characters, are needed");
        }

        var address = code.Split(';')[0];
        if (!NameRule.IsLegal(NameKind.Address, address))
        {
            return Refuse($"registerCheckCode does not begin with an address: {NameRule.Explain(NameKind.Address, address)}");
        }

        if (store.FindSeen(header.BrokerName) is null && store.Seen.Count >= options.Current.MaxBrokerSetNum)
        {
            return Refuse($"This controller has {store.Seen.Count} broker sets, maxBrokerSetNum is {options.Current.MaxBrokerSetNum}: clean those that are gone, or raise it");
        }

        var outcome = await sets.ApplyAsync(
            header.BrokerName,
            (set, _) => Membership.Apply(set, header.ClusterName, header.BrokerName, id, new Replica(address, code), options.Current.MaxBrokerNumInSet),
            cancellationToken).ConfigureAwait(false);
        if (outcome is { IsSuccess: true, IsChange: true })
        {
            Log.BrokerJoined(logger, id, address, header.BrokerName);
        }

        return Replies.Of(outcome, reply);

        RemotingCommand Refuse(string remark) => RemotingCommand.Response(ResponseCode.SystemError, reply, remark);
    }

    private async ValueTask<RemotingCommand> CleanAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<CleanControllerBrokerDataRequestHeader>();
        var losesMaster = false;
        var outcome = await sets.ApplyAsync(
            header.BrokerName,
            (set, alive) =>
            {
                var cleaned = Membership.Clean(set, header.BrokerName, header.BrokerControllerIdsToClean, header.IsCleanLivingBroker, alive);
                losesMaster = cleaned is { IsChange: true, Set.MasterBrokerId: null };
                return cleaned;
            },
            cancellationToken).ConfigureAwait(false);
        if (outcome is { IsSuccess: true, IsChange: true })
        {
            Log.Cleaned(logger, header.BrokerControllerIdsToClean is { Length: > 0 } ids ? PlainText.Of(ids) : "all", header.BrokerName, context.Connection.RemoteEndPoint);
            if (losesMaster)
            {
                elector.ElectSoon(header.BrokerName);
            }
        }

        return Replies.Of(outcome);
    }
}
