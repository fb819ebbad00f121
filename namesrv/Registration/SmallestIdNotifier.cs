using Microsoft.Extensions.Logging;
using RocketMQ.NameServer.Configuration;
using RocketMQ.NameServer.Routes;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Registration;

/// <summary>
/// NOTIFY_MIN_BROKER_ID_CHANGE (905), one way: those left behind learn who went, those there before learn who came. Notices leave in
/// the order of the changes.
/// </summary>
internal sealed class SmallestIdNotifier(RemotingClient client, LiveOptions options, ILogger<SmallestIdNotifier> logger)
{
    private readonly Lock _lock = new();
    private Task _sending = Task.CompletedTask;

    public void Notify(SmallestIdChange change)
    {
        if (options.Current.NotifyMinBrokerIdChanged)
        {
            lock (_lock)
            {
                _sending = SendAfterAsync(_sending, change);
            }
        }
    }

    /// <summary>Waits for notices on their way; the client's connect timeout bounds each.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            return _sending;
        }
    }

    private async Task SendAfterAsync(Task earlier, SmallestIdChange change)
    {
        await earlier.ConfigureAwait(false);
        var smallest = change.Addresses[0];
        var everyone = change.OfflineAddress is not null || change.Addresses.Count == 1;
        foreach (var (id, address) in change.Addresses)
        {
            if (everyone || id != smallest.Key)
            {
                await SendAsync(address, change, smallest).ConfigureAwait(false);
            }
        }
    }

    private async Task SendAsync(string address, SmallestIdChange change, KeyValuePair<long, string> smallest)
    {
        var header = new NotifyMinBrokerIdChangeRequestHeader
        {
            MinBrokerId = smallest.Key,
            MinBrokerAddr = smallest.Value,
            BrokerName = change.BrokerName,
            OfflineBrokerAddr = change.OfflineAddress,
            HaBrokerAddr = change.HaAddress,
        };
        try
        {
            await client.InvokeOnewayAsync(address, RemotingCommand.Request(RequestCode.NotifyMinBrokerIdChange, header)).ConfigureAwait(false);
        }
        catch (RemotingException e)
        {
            // It will ask for the member group by itself.
            Log.NoticeNotSent(logger, address, e.Message);
        }
    }
}
