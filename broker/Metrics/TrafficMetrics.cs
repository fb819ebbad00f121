using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Metrics;

/// <summary>Messages in and out since the start, as the statistics count them.</summary>
internal sealed class TrafficMetrics(BrokerStatistics statistics, TopicTable topics) : IMetricSource
{
    public void Collect(MetricSet metrics)
    {
        CollectIn(metrics);
        CollectOut(metrics);
    }

    private void CollectIn(MetricSet metrics)
    {
        var messages = metrics.Counter("rocketmq_messages_in_total", "Messages stored");
        var bytes = metrics.Counter("rocketmq_throughput_in_total", "Bytes of the records stored");
        var sizes = metrics.Histogram("rocketmq_message_size", "Bytes of each record stored");
        foreach (var topic in statistics.Topics)
        {
            (string, string)[] labels =
                [("topic", topic.Topic), ("message_type", TypeOf(topic.Topic)), ("is_system", MetricLabels.Truth(topic.IsSystem))];
            messages.Add(topic.Messages.Value, labels);
            bytes.Add(topic.Bytes.Value, labels);
            sizes.Add(topic.Sizes.Value, labels);
        }
    }

    private void CollectOut(MetricSet metrics)
    {
        var messages = metrics.Counter("rocketmq_messages_out_total", "Messages given to consumers");
        var bytes = metrics.Counter("rocketmq_throughput_out_total", "Bytes of the records given to consumers");
        var back = metrics.Counter("rocketmq_send_back_messages_total", "Messages that consumers sent back to be retried");
        var dead = metrics.Counter("rocketmq_send_to_dlq_messages_total", "Messages given up after their last retry");
        var popped = metrics.Counter("rocketmq_pop_revive_in_message_total", "Records put for popped messages: checkpoints and acknowledgements");
        foreach (var group in statistics.Groups)
        {
            var isSystem = MetricLabels.Truth(group.IsSystem || SystemTopics.IsSystemGroup(group.Group));
            (string, string)[] labels = [("topic", group.Topic), ("consumer_group", group.Group), ("is_system", isSystem)];
            (string, string)[] withRetry = [.. labels, ("is_retry", MetricLabels.Truth(SystemTopics.IsRetry(group.Topic)))];
            messages.Add(group.Messages.Value, withRetry);
            bytes.Add(group.Bytes.Value, withRetry);
            AddIfAny(back, group.SentBack, labels);
            AddIfAny(dead, group.DeadLetters, labels);
            AddIfAny(popped, group.CheckPoints, [.. labels[..2], ("revive_message_type", "CK")]);
            AddIfAny(popped, group.Acknowledged, [.. labels[..2], ("revive_message_type", "ACK")]);
        }
    }

    private static void AddIfAny(MetricFamily family, Counter counter, (string, string)[] labels)
    {
        if (counter.Value > 0)
        {
            family.Add(counter.Value, labels);
        }
    }

    /// <summary>
    /// What kind of messages a topic is for. Apache looks into each message; here the topic says it, by its attribute message.type, because
    /// looking would cost every send.
    /// </summary>
    private string TypeOf(string topic) => topic switch
    {
        SystemTopics.Schedule or SystemTopics.Timer => "delay",
        SystemTopics.TransactionHalf => "transaction",
        _ => topics.Get(topic)?.Attributes.GetValueOrDefault(TopicAttributes.MessageType) is { } type ? MetricLabels.Small(type) : "normal",
    };
}
