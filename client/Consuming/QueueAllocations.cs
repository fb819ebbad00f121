namespace RocketMQ.Client;

/// <summary>Ways to share out queues that clients in other languages know as well.</summary>
public static class QueueAllocations
{
    /// <summary>Neighbouring queues to each member, the first members one more when it does not come out even. The default everywhere.</summary>
    public static IReadOnlyList<MessageQueue> Average(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        var index = IndexOf(clientId, clientIds);
        if (index < 0)
        {
            return [];
        }

        var (share, rest) = Math.DivRem(queues.Count, clientIds.Count);
        return [.. queues.Skip(index * share + Math.Min(index, rest)).Take(share + (index < rest ? 1 : 0))];
    }

    /// <summary>Queues dealt out in turn.</summary>
    public static IReadOnlyList<MessageQueue> Circle(string clientId, IReadOnlyList<MessageQueue> queues, IReadOnlyList<string> clientIds)
    {
        var index = IndexOf(clientId, clientIds);
        return index < 0 ? [] : [.. queues.Where((_, at) => at % clientIds.Count == index)];
    }

    private static int IndexOf(string clientId, IReadOnlyList<string> clientIds)
    {
        for (var i = 0; i < clientIds.Count; i++)
        {
            if (clientIds[i] == clientId)
            {
                return i;
            }
        }

        return -1;
    }
}
