namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Each sender waits for the answer before it sends again.</summary>
internal sealed class SyncSends(int seed, int senders, TimeProvider clock) : SendWorkload("sync", seed, senders, 40, clock, ("fault-sync-a", 4), ("fault-sync-b", 1))
{
    protected override async Task<int> SendAsync(BrokerClient broker, string sender, int sequence, string topic, int queueId, Random random)
    {
        var (id, body, properties) = Compose(sender, sequence, topic, queueId, Payload.RandomSize(random));
        var reply = await broker.SendAsync(topic, queueId, body, properties);
        Ledger.Acknowledge(id, reply.QueueOffset, reply.MsgId);
        return 1;
    }
}
