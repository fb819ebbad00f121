using RocketMQ.Broker.Replication.Following.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Following;

/// <summary>
/// What a slave says first: the end of its log. One that has nothing would get the master's newest file alone (a report of 0 asks for that), and what is in the
/// older ones would be on one machine only. So it asks the master where its log begins, and says that; a log that begins at 0 it asks for from its second
/// byte, for the first one is known: a record begins with its size, and none is as long as 16 MiB.
/// </summary>
internal sealed class FirstReport(ReplicationOptions options, MessageStore store, MasterLog master)
{
    public async Task<long> FindAsync(CancellationToken cancellationToken)
    {
        if (store.ReceivedOffset > 0 || options.SyncFromLastFile || await master.BoundsAsync(cancellationToken).ConfigureAwait(false) is not { } bounds || bounds.Max == 0)
        {
            return store.ReceivedOffset;
        }

        return bounds.Min > 0 ? bounds.Min
            : store.Receive(0, [0], out _) == Store.Replication.ReceiveStatus.Ok ? 1
            : 0;
    }
}
