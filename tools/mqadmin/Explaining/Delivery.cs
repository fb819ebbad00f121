namespace RocketMQ.MqAdmin.Explaining;

/// <summary>A message in a queue that a group reads, and all that decides whether the group gets it.</summary>
internal sealed record Delivery(MessageFacts Message, Stop Current, GroupFacts Group, QueueFacts Queue)
{
    public long Offset => Current.Record.QueueOffset;

    /// <summary>Messages of the queue that come first.</summary>
    public long Before => Queue.Committed is { } committed ? Math.Max(0, Offset - Math.Max(committed, Queue.Min)) : Math.Max(0, Offset - Queue.Min);

    public bool IsRetry => Current.Station == Station.Retry;

    public SubscriptionData? Subscription => Group.Connection?.SubscriptionTable.GetValueOrDefault(Current.Record.Topic);

    /// <summary>Members that say they have the queue.</summary>
    public IReadOnlyList<string> Owners => [.. Group.Members.Where(m => Has(m.Value.MqTable) || Has(m.Value.MqPopTable)).Select(m => m.Key)];

    private bool Has<T>(Dictionary<MessageQueue, T> queues) => queues.ContainsKey(Queue.Queue);
}
