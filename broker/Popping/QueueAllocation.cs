using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Shares the queues of a topic out among the consumers of a group. All consumers must see the same: both lists are sorted, so each
/// can be told its part without knowing the others'.
/// </summary>
public static class QueueAllocation
{
    /// <summary>Neighbouring queues, the first consumers one more when it does not come out even.</summary>
    public const string Averagely = "AVG";

    /// <summary>Every n-th queue.</summary>
    public const string ByCircle = "AVG_BY_CIRCLE";

    private delegate List<MessageQueue> Share(List<MessageQueue> queues, int consumers, int index);

    /// <returns>Empty for a consumer that is not of the group; <see langword="null"/> for an unknown strategy.</returns>
    public static List<MessageQueue>? ForPull(string strategy, List<MessageQueue> queues, List<string> consumers, string consumer)
    {
        var index = consumers.IndexOf(consumer);
        return Find(strategy) is not { } share ? null : index < 0 ? [] : share(queues, consumers.Count, index);
    }

    /// <summary>
    /// Popping consumers may share queues: each also gets the parts of the <paramref name="shareNum"/> consumers after it. Where that
    /// would be everybody, or with no number given, each gets all queues of every broker, which is written as queue −1.
    /// </summary>
    /// <inheritdoc cref="ForPull"/>
    public static List<MessageQueue>? ForPop(string strategy, List<MessageQueue> queues, List<string> consumers, string consumer, int shareNum)
    {
        if (Find(strategy) is not { } share)
        {
            return null;
        }

        if (shareNum <= 0 || shareNum >= consumers.Count - 1)
        {
            return [.. queues.Select(queue => queue with { QueueId = -1 }).Distinct()];
        }

        var index = consumers.IndexOf(consumer);
        if (index < 0)
        {
            return [];
        }

        return consumers.Count > queues.Count
            ? [queues[index % queues.Count]]
            : [.. Enumerable.Range(index, shareNum + 1).SelectMany(i => share(queues, consumers.Count, i % consumers.Count)).Distinct()];
    }

    private static Share? Find(string strategy) => strategy switch
    {
        Averagely => static (queues, consumers, index) =>
        {
            var (part, more) = Math.DivRem(queues.Count, consumers);
            return queues.GetRange((index * part) + Math.Min(index, more), part + (index < more ? 1 : 0));
        },
        ByCircle => static (queues, consumers, index) => [.. queues.Where((_, i) => i % consumers == index)],
        _ => null,
    };
}
