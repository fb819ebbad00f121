namespace RocketMQ.Client.Popping;

/// <summary>Acknowledgements of messages that were popped together, folded into one entry with a bit for each offset.</summary>
internal static class BatchAcks
{
    public static IEnumerable<BatchAck> Of(IEnumerable<PoppedMessage> messages, string group) =>
        messages
            .GroupBy(m => (m.Topic, Pop: m.Handle with { QueueOffset = 0 }))
            .Select(pop => new BatchAck
            {
                ConsumerGroup = group,
                Topic = pop.Key.Topic,
                Retry = pop.Key.Pop.RetryFlag,
                StartOffset = pop.Key.Pop.CheckPointOffset,
                QueueId = pop.Key.Pop.QueueId,
                ReviveQueueId = pop.Key.Pop.ReviveQueueId,
                PopTime = pop.Key.Pop.PopTime,
                InvisibleTime = pop.Key.Pop.InvisibleTime,
                BitSet = Bits(pop.Select(m => (int)(m.Handle.QueueOffset - m.Handle.CheckPointOffset)).ToList()),
            });

    private static byte[] Bits(List<int> set)
    {
        var bytes = new byte[set.Max() / 8 + 1];
        foreach (var bit in set)
        {
            bytes[bit / 8] |= (byte)(1 << (bit % 8));
        }

        return bytes;
    }
}
