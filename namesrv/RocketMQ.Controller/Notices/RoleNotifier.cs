using Microsoft.Extensions.Logging;
using RocketMQ.Controller.Requests;
using RocketMQ.Controller.Sets;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Notices;

/// <summary>
/// NOTIFY_BROKER_ROLE_CHANGED (1008), one way: the living brokers of a set learn who leads it. One notice at a time is on its way to a broker; of those that
/// come meanwhile only the newest is sent. Who misses one finds out when it asks.
/// </summary>
internal sealed class RoleNotifier(RemotingClient client, ILogger<RoleNotifier> logger) : IAsyncDisposable
{
    private readonly Lock _lock = new();

    /// <summary>By address, while one is on its way: what is to follow it.</summary>
    private readonly Dictionary<string, BrokerSet?> _sending = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isStopping;

    public void Notify(BrokerSet set, SetLiveness live)
    {
        foreach (var (id, replica) in set.Replicas.Where(each => live.IsHeard(each.Key)))
        {
            lock (_lock)
            {
                if (_isStopping)
                {
                    return;
                }

                if (_sending.TryGetValue(replica.Address, out var next))
                {
                    _sending[replica.Address] = next is null || next.Name != set.Name || next.MasterEpoch < set.MasterEpoch ? set : next;
                    continue;
                }

                _sending[replica.Address] = null;
            }

            _ = Task.Run(() => SendAsync(replica.Address, set));
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isStopping = true;
            if (_sending.Count == 0)
            {
                _drained.TrySetResult();
            }
        }

        await _drained.Task.ConfigureAwait(false);
    }

    private async Task SendAsync(string address, BrokerSet set)
    {
        for (var next = set; next is not null; next = Next(address))
        {
            var header = new NotifyBrokerRoleChangedRequestHeader
            {
                MasterAddress = next.AddressOf(next.MasterBrokerId),
                MasterBrokerId = next.MasterBrokerId,
                MasterEpoch = next.MasterEpoch,
                SyncStateSetEpoch = next.SyncStateSetEpoch,
            };
            try
            {
                var body = RemotingJson.Serialize(Replies.SyncStateSetOf(next));
                await client.InvokeOnewayAsync(address, RemotingCommand.Request(RequestCode.NotifyBrokerRoleChanged, header, body).AsOneway()).ConfigureAwait(false);
            }
            catch (Exception e) when (e is RemotingException or ObjectDisposedException)
            {
                Log.NoticeNotSent(logger, address, e.Message);
            }
        }
    }

    private BrokerSet? Next(string address)
    {
        lock (_lock)
        {
            var next = _isStopping ? null : _sending[address];
            if (next is null)
            {
                _sending.Remove(address);
                if (_isStopping && _sending.Count == 0)
                {
                    _drained.TrySetResult();
                }
            }
            else
            {
                _sending[address] = null;
            }

            return next;
        }
    }
}
