namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Batches: all of one is acknowledged together, at offsets in a row.</summary>
internal sealed class BatchSends(int seed, int senders, TimeProvider clock) : SendWorkload("batch", seed, senders, 40, clock, ("fault-batch", 2))
{
    private const int MaxBatch = 20;

    protected override async Task<int> SendAsync(BrokerClient broker, string sender, int sequence, string topic, int queueId, Random random)
    {
        var count = random.Next(1, MaxBatch + 1);
        var batch = Enumerable.Range(sequence, count).Select(s => Compose(sender, s, topic, queueId, random.Next(0, 500))).ToList();

        var reply = await broker.SendBatchAsync(topic, queueId, batch.Select(m => (m.Body, m.Properties)));

        var ids = reply.MsgId.Split(',');
        Assert.That(ids, Has.Length.EqualTo(count), "a batch is answered with an id for each of its messages");
        for (var i = 0; i < count; i++)
        {
            Ledger.Acknowledge(batch[i].Id, reply.QueueOffset + i, ids[i]);
        }

        return count;
    }
}
