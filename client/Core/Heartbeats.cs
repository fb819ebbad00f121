using Microsoft.Extensions.Logging;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Core;

/// <summary>Tells brokers which groups this client is in: now and then, when that changed, and when it leaves one.</summary>
internal sealed class Heartbeats : IAsyncDisposable
{
    private readonly string _clientId;
    private readonly GroupTable _groups;
    private readonly BrokerTable _brokers;
    private readonly Rpc _rpc;
    private readonly ILogger _logger;
    private readonly PeriodicWork _beating;

    public Heartbeats(
        string clientId, GroupTable groups, BrokerTable brokers, Rpc rpc, ClientOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _clientId = clientId;
        _groups = groups;
        _brokers = brokers;
        _rpc = rpc;
        _logger = loggers.CreateLogger<Heartbeats>();
        _beating = new PeriodicWork("heartbeat", options.HeartbeatInterval, time, _logger, BeatAsync);
    }

    /// <summary>Asks for a heartbeat soon.</summary>
    public void Poke() => _beating.Poke();

    /// <summary>Sends a heartbeat to all brokers known. One that can't be reached is logged and left to the next time.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        var consumers = _groups.Consumers.Select(c => c.Describe()).ToHashSet();
        var producers = _groups.ProducerGroups.Select(g => new ProducerData { GroupName = g }).ToHashSet();
        if (consumers.Count == 0 && producers.Count == 0)
        {
            return;
        }

        var body = RemotingJson.Serialize(new HeartbeatData { ClientId = _clientId, ProducerDataSet = producers, ConsumerDataSet = consumers });

        // A slave has no use for producers.
        var addresses = _brokers.All.SelectMany(b => consumers.Count > 0 ? b.Addresses.Values : b.Master is { } master ? [master] : []);
        await Task.WhenAll(addresses.Select(a => BeatAsync(a, body, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Tells all brokers that this client left a group. One that can't be reached finds out when the connection ends.</summary>
    public Task LeaveAsync(string? producerGroup = null, string? consumerGroup = null) =>
        Task.WhenAll(_brokers.All.SelectMany(b => b.Addresses.Values).Select(a => LeaveAsync(a, producerGroup, consumerGroup)));

    public ValueTask DisposeAsync() => _beating.DisposeAsync();

    private async Task BeatAsync(string address, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            await _rpc.CallAsync(address, RemotingCommand.Request(RequestCode.HeartBeat, body: body), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or BrokerException)
        {
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
