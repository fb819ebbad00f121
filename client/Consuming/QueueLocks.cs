using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Consuming;

/// <summary>
/// The locks brokers hold for this consumer, so that it alone reads a queue. A broker's lock lasts 60 s; here one counts for 30 s after the
/// broker last said so, and is renewed every 20 s.
/// </summary>
internal sealed class QueueLocks : IAsyncDisposable
{
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly string _group;
    private readonly string _clientId;
    private readonly Rpc _rpc;
    private readonly BrokerTable _brokers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<MessageQueue, long?> _lockedAt = new();
    private readonly PeriodicWork _renewing;

    public QueueLocks(string group, string clientId, Rpc rpc, BrokerTable brokers, TimeProvider time, ILogger logger)
    {
        _group = group;
        _clientId = clientId;
        _rpc = rpc;
        _brokers = brokers;
        _time = time;
        _logger = logger;
        _renewing = new PeriodicWork("renewal of queue locks", RenewInterval, time, logger, RenewAsync);
    }

    public bool IsHeld(MessageQueue queue) => _lockedAt.GetValueOrDefault(queue) is { } at && _time.GetElapsedTime(at) < Lifetime;

    /// <summary>When the broker last said that the lock is held; <see langword="null"/> when it is not.</summary>
    public DateTimeOffset? LockedAt(MessageQueue queue) =>
        _lockedAt.GetValueOrDefault(queue) is { } at ? _time.GetUtcNow() - _time.GetElapsedTime(at) : null;

    /// <returns>False when another consumer has the lock.</returns>
    public async Task<bool> TryLockAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        await LockAsync(queue.BrokerName, [queue], cancellationToken).ConfigureAwait(false);
        return IsHeld(queue);
    }

    public async Task UnlockAsync(MessageQueue queue)
    {
        if (!_lockedAt.TryRemove(queue, out _))
        {
            return;
        }

        try
        {
            var request = RemotingCommand.Request(RequestCode.UnlockBatchMq, body: Body([queue]));
            await _rpc.CallAsync(_brokers.Master(queue.BrokerName), request, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or RocketMQException)
        {
            Log.UnlockFailed(_logger, _group, queue, e.Message);
        }
    }

    public ValueTask DisposeAsync() => _renewing.DisposeAsync();

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var queues in _lockedAt.Keys.GroupBy(q => q.BrokerName))
        {
            try
            {
                await LockAsync(queues.Key, [.. queues], cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is RemotingException or RocketMQException)
            {
                Log.LockFailed(_logger, _group, queues.Key, e.Message);
            }
        }
    }

    private async Task LockAsync(string brokerName, HashSet<MessageQueue> queues, CancellationToken cancellationToken)
    {
        var request = RemotingCommand.Request(RequestCode.LockBatchMq, body: Body(queues));
        var response = await _rpc.CallAsync(_brokers.Master(brokerName), request, cancellationToken).ConfigureAwait(false);
        var locked = RemotingJson.Deserialize<LockBatchResponseBody>(response.Body.FirstSpan).LockOkMqSet;
        foreach (var queue in queues)
        {
            _lockedAt[queue] = locked.Contains(queue) ? _time.GetTimestamp() : null;
        }
    }

    private byte[] Body(HashSet<MessageQueue> queues) =>
        RemotingJson.Serialize(new LockBatchRequestBody { ConsumerGroup = _group, ClientId = _clientId, MqSet = queues });
}
