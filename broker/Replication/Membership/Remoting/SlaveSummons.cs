using RocketMQ.Broker.Replication.Shipping;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replication.Membership.Remoting;

/// <summary>
/// Tells the living brokers of the set that don't follow where this master ships its log. One of Apache's has that from name servers alone, which it asks as soon
/// as it hears who is master: where they know of the new one later, it asks again after 30 s.
/// </summary>
/// <param name="address">Where this broker's clients go.</param>
/// <param name="haAddress">Where its slaves go.</param>
internal sealed class SlaveSummons(
    ControllerClient controllers, LogShipping shipping, RemotingClient client, string address, string haAddress, ReplicationOptions options, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Until those who don't follow are told again: what they were told before they knew of the new master, they forget.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Goes on while this broker is master.</summary>
    /// <param name="self">This broker's id.</param>
    /// <param name="epochStart">Where the log ended when it became master.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(long self, long epochStart, CancellationToken cancellationToken)
    {
        var whenAllFollow = TimeSpan.FromMilliseconds(options.SyncBrokerMetadataPeriod);
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = await TryTellAsync(self, epochStart, cancellationToken).ConfigureAwait(false) ? whenAllFollow : Pause;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether all follow, or nobody knows.</returns>
    private async Task<bool> TryTellAsync(long self, long epochStart, CancellationToken cancellationToken)
    {
        try
        {
            var living = await controllers.LivingAsync(cancellationToken).ConfigureAwait(false);
            var away = living.Where(broker => broker.BrokerId != self && shipping.Find(broker.BrokerId) is null).ToList();
            await Task.WhenAll(away.Select(broker => TellAsync(broker.BrokerAddress, epochStart, cancellationToken))).ConfigureAwait(false);
            return away.Count == 0;
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException or OperationCanceledException)
        {
            return true;
        }
    }

    private async Task TellAsync(string to, long epochStart, CancellationToken cancellationToken)
    {
        try
        {
            var told = new ExchangeHAInfoRequestHeader { MasterAddress = address, MasterHaAddress = haAddress, MasterFlushOffset = epochStart };
            await client.InvokeAsync(to, RemotingCommand.Request(RequestCode.ExchangeBrokerHaInfo, told), Patience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or OperationCanceledException or ObjectDisposedException)
        {
            // It is told again while it doesn't follow.
        }
    }
}
