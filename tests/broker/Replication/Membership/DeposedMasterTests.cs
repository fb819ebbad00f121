using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Membership;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Tests.Replication.Epochs;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Membership;

/// <summary>What becomes of a send that a master has appended, and then another one leads.</summary>
public class DeposedMasterTests
{
    [TestCase(0)]
    [TestCase(2)]
    public async Task A_send_that_only_then_begins_to_wait_is_answered_at_once(int inSyncReplicas)
    {
        await using var master = await EpochBroker.StartAsync(new MemoryTransport(), new VirtualTimeProvider());
        await master.WriteAsync(1, 1);
        var clock = new VirtualTimeProvider();
        using var set = new InSyncSet(new ReplicationOptions { InSyncReplicas = inSyncReplicas }, master.Store, master.Shipping, master.Confirmed, clock);
        set.Begin(1, new SetState(1, "127.0.0.1:1", 1, [1, 2], 1));
        await master.WriteAsync(1, 1);
        Assert.That(set.AreWaitedFor, "the other one has not said that it has it");
        set.End();

        // The clock stands still: it is not the time that answers.
        var outcome = await set.WaitAsync(master.Store.MaxPhysicalOffset).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        Assert.That(outcome, Is.EqualTo(StoreOutcome.FlushSlaveTimeout), "nobody says so any more");
    }
}
