using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Membership.Remoting;

/// <summary>Speaks to the controllers: to the one that leads, which any of them names, and with heartbeats to all.</summary>
internal sealed class ControllerClient(BrokerOptions options, string address, RemotingClient client, TimeProvider time)
{
    /// <summary>Longest that one question takes, connecting included.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly string[] _controllers =
        [.. options.Replication.ControllerAddr.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()];

    private string? _leader;
    private Action? _lost;

    /// <summary>The controllers that are configured.</summary>
    public IReadOnlyList<string> Controllers => _controllers;

    /// <summary>Who leads, as far as is known.</summary>
    public string? Leader => Volatile.Read(ref _leader);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Tells when the connection to a controller has ended: it may have taken this broker for dead, or have been the one that leads.</summary>
    public void Watch(Action lost)
    {
        _lost = lost;
        client.ConnectionLost += OnConnectionLost;
    }

    public void Unwatch() => client.ConnectionLost -= OnConnectionLost;

    /// <summary>Tells all controllers that this broker is there, and what it has. None of them is waited for.</summary>
    /// <param name="id">This broker.</param>
    /// <param name="epoch">The last of its log; 0 without any.</param>
    /// <param name="end">Where its log ends.</param>
    /// <param name="confirmed">Up to where the set has it.</param>
    public void SendHeartbeats(long id, int epoch, long end, long confirmed)
    {
        var heartbeat = new BrokerHeartbeatRequestHeader
        {
            ClusterName = options.BrokerClusterName,
            BrokerName = options.BrokerName,
            BrokerAddr = address,
            BrokerId = id,
            HeartbeatTimeoutMills = options.Replication.ControllerHeartBeatTimeoutMills,
            Epoch = epoch > 0 ? epoch : -1,
            MaxOffset = end,
            ConfirmOffset = confirmed,
            ElectionPriority = options.Replication.BrokerElectionPriority,
        };
        foreach (var controller in Leader is { } leader && !_controllers.Contains(leader) ? _controllers.Append(leader) : _controllers)
        {
            _ = SendAsync(controller, RemotingCommand.Request(RequestCode.BrokerHeartbeat, heartbeat));
        }
    }

    /// <summary>The id to apply for.</summary>
    public async Task<long> NextIdAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync(
            RequestCode.ControllerGetNextBrokerId, new GetNextBrokerIdRequestHeader { ClusterName = options.BrokerClusterName, BrokerName = options.BrokerName }, null, cancellationToken)
            .ConfigureAwait(false);
        return reply.Code == ResponseCode.Success && reply.ReadHeader<GetNextBrokerIdResponseHeader>().NextBrokerId is { } id ? id : throw Refused(reply);
    }

    /// <returns>False when somebody else has the id.</returns>
    public async Task<bool> ApplyAsync(long id, string code, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(
            RequestCode.ControllerApplyBrokerId,
            new ApplyBrokerIdRequestHeader { ClusterName = options.BrokerClusterName, BrokerName = options.BrokerName, AppliedBrokerId = id, RegisterCheckCode = code },
            null,
            cancellationToken).ConfigureAwait(false);
        return reply.Code switch
        {
            ResponseCode.Success => true,
            ResponseCode.ControllerBrokerIdInvalid => false,
            _ => throw Refused(reply),
        };
    }

    /// <summary>Says that the process has begun anew, and where it is.</summary>
    /// <returns>The set; null when the controller knows of no such id.</returns>
    public async Task<SetState?> RegisterAsync(long id, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(
            RequestCode.ControllerRegisterBroker,
            new RegisterBrokerToControllerRequestHeader
            {
                ClusterName = options.BrokerClusterName, BrokerName = options.BrokerName, BrokerId = id, BrokerAddress = address, InvokeTime = Now,
            },
            null,
            cancellationToken).ConfigureAwait(false);
        if (reply.Code == ResponseCode.ControllerBrokerNeedToBeRegistered)
        {
            return null;
        }

        var header = reply.Code == ResponseCode.Success ? reply.ReadHeader<RegisterBrokerToControllerResponseHeader>() : throw Refused(reply);
        return State(reply, header.MasterBrokerId, header.MasterAddress, header.MasterEpoch);
    }

    /// <summary>Has another broker of the set elected; false when it can't be now.</summary>
    public async Task<bool> TryDesignateAsync(long id, CancellationToken cancellationToken)
    {
        var reply = await AskToElectAsync(id, designate: true, cancellationToken).ConfigureAwait(false);
        return reply.Code switch
        {
            ResponseCode.Success => true,
            ResponseCode.ControllerElectMasterFailed => false,
            _ => throw Refused(reply),
        };
    }

    /// <summary>Asks for an election; null when there is nobody to elect.</summary>
    public async Task<SetState?> ElectAsync(long id, CancellationToken cancellationToken)
    {
        var reply = await AskToElectAsync(id, designate: false, cancellationToken).ConfigureAwait(false);
        if (reply.Code is not (ResponseCode.Success or ResponseCode.ControllerMasterStillExist))
        {
            return reply.Code is ResponseCode.ControllerElectMasterFailed or ResponseCode.ControllerMasterNotAvailable or ResponseCode.ControllerBrokerNeedToBeRegistered
                ? null
                : throw Refused(reply);
        }

        var header = reply.ReadHeader<ElectMasterResponseHeader>();
        var members = reply.Body.IsEmpty ? [] : reply.ReadBody<ElectMasterResponseBody>().SyncStateSet;
        return new SetState(header.MasterBrokerId, header.MasterAddress, header.MasterEpoch ?? 0, members, header.SyncStateSetEpoch ?? 0);
    }

    /// <summary>The set as it is stored; null when the controller knows of none.</summary>
    public async Task<SetState?> FindAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync(RequestCode.ControllerGetReplicaInfo, new GetReplicaInfoRequestHeader { BrokerName = options.BrokerName }, null, cancellationToken)
            .ConfigureAwait(false);
        if (reply.Code == ResponseCode.ControllerBrokerMetadataNotExist)
        {
            return null;
        }

        var header = reply.Code == ResponseCode.Success ? reply.ReadHeader<GetReplicaInfoResponseHeader>() : throw Refused(reply);
        return State(reply, header.MasterBrokerId, header.MasterAddress, header.MasterEpoch);
    }

    /// <summary>The brokers of the set that the controller hears, in the sync-state set or not.</summary>
    public async Task<IEnumerable<ReplicaIdentity>> LivingAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync(RequestCode.ControllerGetSyncStateData, null, RemotingJson.Serialize(new List<string> { options.BrokerName }), cancellationToken)
            .ConfigureAwait(false);
        var sets = reply.Code == ResponseCode.Success ? reply.ReadBody<BrokerReplicasInfo>().ReplicasInfoTable : throw Refused(reply);
        return sets.TryGetValue(options.BrokerName, out var set) ? set.InSyncReplicas.Concat(set.NotInSyncReplicas).Where(broker => broker.Alive) : [];
    }

    /// <summary>Proposes a sync-state set in the place of the one of an epoch.</summary>
    /// <returns>The set's new epoch; null when the controller has said no.</returns>
    /// <exception cref="RemotingException">Nobody has answered: it may be stored, or be stored yet.</exception>
    public async Task<int?> ProposeAsync(long id, int masterEpoch, IReadOnlyList<long> members, int setEpoch, CancellationToken cancellationToken)
    {
        var reply = await AskAsync(
            RequestCode.ControllerAlterSyncStateSet,
            new AlterSyncStateSetRequestHeader { BrokerName = options.BrokerName, MasterBrokerId = id, MasterEpoch = masterEpoch, InvokeTime = Now },
            RemotingJson.Serialize(new SyncStateSet { BrokerIds = [.. members], SyncStateSetEpoch = setEpoch }),
            cancellationToken).ConfigureAwait(false);
        return reply.Code == ResponseCode.Success ? reply.ReadHeader<AlterSyncStateSetResponseHeader>().NewSyncStateSetEpoch : null;
    }

    private Task<RemotingCommand> AskToElectAsync(long id, bool designate, CancellationToken cancellationToken) => AskAsync(
        RequestCode.ControllerElectMaster,
        new ElectMasterRequestHeader
        {
            ClusterName = options.BrokerClusterName, BrokerName = options.BrokerName, BrokerId = id, DesignateElect = designate, InvokeTime = Now,
        },
        null,
        cancellationToken);

    private void OnConnectionLost(string to, RemotingConnection connection)
    {
        if (to == Leader || _controllers.Contains(to))
        {
            ForgetLeader();
            _lost?.Invoke();
        }
    }

    /// <summary>The next question asks who leads.</summary>
    private void ForgetLeader() => Volatile.Write(ref _leader, null);

    private static SetState State(RemotingCommand reply, long? masterId, string? masterAddress, int? masterEpoch)
    {
        var set = reply.Body.IsEmpty ? new SyncStateSet() : reply.ReadBody<SyncStateSet>();
        return new SetState(masterId, masterAddress, masterEpoch ?? 0, set.BrokerIds, set.SyncStateSetEpoch);
    }

    private static RemotingException Refused(RemotingCommand reply) => new($"the controller answers {ResponseCode.Describe(reply.Code)} {reply.Remark}");

    private async Task SendAsync(string controller, RemotingCommand heartbeat)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            await client.InvokeOnewayAsync(controller, heartbeat, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or OperationCanceledException or ObjectDisposedException)
        {
            // One that is away hears the next.
        }
    }

    private async Task<RemotingCommand> AskAsync(int code, ICommandHeader? header, byte[]? body, CancellationToken cancellationToken)
    {
        var leader = Leader ?? await FindLeaderAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var reply = await InvokeAsync(leader, RemotingCommand.Request(code, header, body), cancellationToken).ConfigureAwait(false);
            return reply.Code == ResponseCode.ControllerNotLeader ? throw new RemotingException($"{leader} does not lead the controllers") : reply;
        }
        catch (RemotingException)
        {
            ForgetLeader();
            throw;
        }
    }

    private async Task<string> FindLeaderAsync(CancellationToken cancellationToken)
    {
        var failure = "none of the controllers leads";
        foreach (var controller in _controllers)
        {
            try
            {
                var reply = await InvokeAsync(controller, RemotingCommand.Request(RequestCode.ControllerGetMetadataInfo), cancellationToken).ConfigureAwait(false);
                if (reply.Code == ResponseCode.Success && reply.ReadHeader<GetMetaDataResponseHeader>().ControllerLeaderAddress is { Length: > 0 } leader)
                {
                    Volatile.Write(ref _leader, leader);
                    return leader;
                }
            }
            catch (RemotingException e)
            {
                failure = e.Message;
            }
        }

        throw new RemotingException(failure);
    }

    private async Task<RemotingCommand> InvokeAsync(string to, RemotingCommand request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await client.InvokeAsync(to, request, Patience, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RemotingException($"{to} does not answer within {Patience.TotalSeconds} s");
        }
    }
}
