using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Popping;

/// <summary>The queues that a pop would look into.</summary>
internal static class PopBacklog
{
    /// <param name="topics">Tells how many queues there are.</param>
    /// <param name="topic">The topic asked for.</param>
    /// <param name="group">Whose retry topics count too.</param>
    /// <param name="queueId">Negative for all queues.</param>
    /// <param name="withRetries">False for ordered pops, which have no retry topics.</param>
    public static IEnumerable<PopQueue> Queues(TopicTable topics, string topic, string group, int queueId, bool withRetries)
    {
        if (queueId >= 0)
        {
            yield return new PopQueue(topic, group, queueId);
        }
        else
        {
            foreach (var queue in All(topics, topic, group))
            {
                yield return queue;
            }
        }

        if (withRetries)
        {
            foreach (var queue in All(topics, PopTopics.RetryV1(topic, group), group).Concat(All(topics, PopTopics.RetryV2(topic, group), group)))
            {
                yield return queue;
            }
        }
    }

    private static IEnumerable<PopQueue> All(TopicTable topics, string topic, string group)
    {
        var queues = topics.Get(topic)?.ReadQueueNums ?? 0;
        for (var i = 0; i < queues; i++)
        {
            yield return new PopQueue(topic, group, i);
        }
    }
}
