using Microsoft.Extensions.Logging;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Core;

/// <summary>Tells brokers which groups this client is in: now and then, when that changed, and when it leaves one.</summary>
internal sealed class Heartbeats : IAsyncDisposable
{
    private readonly string _clientId;
    private readonly GroupTable _groups;
    private readonly BrokerTable _brokers;
    private readonly Rpc _rpc;
    private readonly bool _v2;
    private readonly ILogger _logger;
    private readonly HeartbeatState _state = new();
    private readonly PeriodicWork _beating;

    public Heartbeats(
        string clientId, GroupTable groups, BrokerTable brokers, Rpc rpc, ClientOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _clientId = clientId;
        _groups = groups;
        _brokers = brokers;
        _rpc = rpc;
        _v2 = options.HeartbeatV2;
        _logger = loggers.CreateLogger<Heartbeats>();
        _beating = new PeriodicWork("heartbeat", options.HeartbeatInterval, time, _logger, BeatAsync);
    }

    /// <summary>Asks for a heartbeat soon.</summary>
    public void Poke() => _beating.Poke();

    /// <summary>A connection was lost: what the broker knew of this client went with it.</summary>
    public void Forget(string address) => _state.Forget(address);

    /// <summary>Sends a heartbeat unless every broker knows all groups already.</summary>
    public Task EnsureAsync(CancellationToken cancellationToken)
    {
        var fingerprint = Fingerprint(Data());
        return Addresses(hasConsumers: false).All(a => _state.Knows(a, fingerprint)) ? Task.CompletedTask : BeatAsync(cancellationToken);
    }

    /// <summary>Sends a heartbeat to all brokers known. One that can't be reached is logged and left to the next time.</summary>
    public Task BeatAsync(CancellationToken cancellationToken)
    {
        var data = Data();
        return data.ConsumerDataSet.Count == 0 && data.ProducerDataSet.Count == 0
            ? Task.CompletedTask
            : Task.WhenAll(Addresses(data.ConsumerDataSet.Count > 0).Select(a => BeatAsync(a, data, Fingerprint(data), cancellationToken)));
    }

    /// <summary>Tells all brokers that this client left a group. One that can't be reached finds out when the connection ends.</summary>
    public Task LeaveAsync(string? producerGroup = null, string? consumerGroup = null) =>
        Task.WhenAll(_brokers.All.SelectMany(b => b.Addresses.Values).Select(a => LeaveAsync(a, producerGroup, consumerGroup)));

    public ValueTask DisposeAsync() => _beating.DisposeAsync();

    /// <summary>A number that changes with the groups and their subscriptions. Brokers only compare it.</summary>
    private static int Fingerprint(HeartbeatData data)
    {
        var parts = data.ProducerDataSet.Select(p => "p " + p.GroupName)
            .Concat(data.ConsumerDataSet.SelectMany(c => c.SubscriptionDataSet.Select(
                s => $"c {c.GroupName} {c.MessageModel} {c.ConsumeType} {c.ConsumeFromWhere} {s.Topic} {s.ExpressionType} {s.SubString}")));
        return JavaHash.Of(string.Join('\n', parts.Order(StringComparer.Ordinal)));
    }

    private HeartbeatData Data() => new()
    {
        ClientId = _clientId,
        ProducerDataSet = [.. _groups.ProducerGroups.Select(g => new ProducerData { GroupName = g })],
        ConsumerDataSet = [.. _groups.Consumers.Select(c => c.Describe())],
    };

    /// <summary>A slave has no use for producers.</summary>
    private IEnumerable<string> Addresses(bool hasConsumers) =>
        _brokers.All.SelectMany(b => hasConsumers ? b.Addresses.Values : b.Master is { } master ? [master] : []);

    private async Task BeatAsync(string address, HeartbeatData data, int fingerprint, CancellationToken cancellationToken)
    {
        var sent = data;
        if (_v2)
        {
            var isShort = _state.FingerprintSuffices(address, fingerprint);
            sent = data with
            {
                HeartbeatFingerprint = fingerprint,
                WithoutSub = isShort,
                ConsumerDataSet = isShort ? [.. data.ConsumerDataSet.Select(c => c with { SubscriptionDataSet = [] })] : data.ConsumerDataSet,
            };
        }

        try
        {
            var request = RemotingCommand.Request(RequestCode.HeartBeat, body: RemotingJson.Serialize(sent));
            var response = await _rpc.CallAsync(address, request, cancellationToken).ConfigureAwait(false);
            var header = response.ReadHeader<HeartbeatResponseHeader>();
            if (sent.WithoutSub && header.IsSubChange == true)
            {
                _state.Forget(address);
                Poke();
            }
            else
            {
                _state.Took(address, fingerprint, header.IsSupportHeartbeatV2 == true);
            }
        }
        catch (Exception e) when (e is RemotingException or BrokerException)
        {
            _state.Forget(address);
            Log.HeartbeatFailed(_logger, address, e.Message);
        }
    }

    private async Task LeaveAsync(string address, string? producerGroup, string? consumerGroup)
    {
        try
        {
            var header = new UnregisterClientRequestHeader { ClientId = _clientId, ProducerGroup = producerGroup, ConsumerGroup = consumerGroup };
            await _rpc.CallAsync(address, RemotingCommand.Request(RequestCode.UnregisterClient, header), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or BrokerException)
        {
            Log.LeaveFailed(_logger, address, e.Message);
        }
    }
}
