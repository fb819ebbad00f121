using System.Globalization;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>
/// What a slave says first: the end of its log. One that has nothing would get the master's newest file alone (a report of 0 asks for that), and what is in the
/// older ones would be on one machine only. So it asks the master where its log begins, and says that; a log that begins at 0 it asks for from its second
/// byte, for the first one is known: a record begins with its size, and none is as long as 16 MiB.
/// </summary>
internal sealed class FirstReport(ReplicationOptions options, MessageStore store, MasterPlace master, RemotingClient client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<long> FindAsync(CancellationToken cancellationToken)
    {
        if (store.ReceivedOffset > 0 || options.SyncFromLastFile || await BoundsAsync(cancellationToken).ConfigureAwait(false) is not { } bounds || bounds.Max == 0)
        {
            return store.ReceivedOffset;
        }

        return bounds.Min > 0 ? bounds.Min
            : store.Receive(0, [0], out _) == Store.Replication.ReceiveStatus.Ok ? 1
            : 0;
    }

    /// <summary>Where the master's log begins and ends; null when it does not say.</summary>
    private async Task<(long Min, long Max)?> BoundsAsync(CancellationToken cancellationToken)
    {
        if (master.Address is not { } address)
        {
            return null;
        }

        try
        {
            var reply = await client.InvokeAsync(address, RemotingCommand.Request(RequestCode.GetBrokerRuntimeInfo), Patience, cancellationToken).ConfigureAwait(false);
            if (reply.Code != ResponseCode.Success)
            {
                return null;
            }

            var figures = reply.ReadBody<KVTable>().Table;
            return Read(figures, "commitLogMinOffset") is { } min && Read(figures, "commitLogMaxOffset") is { } max ? (min, max) : null;
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException)
        {
            return null;
        }
    }

    private static long? Read(Dictionary<string, string> figures, string name) =>
        figures.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
