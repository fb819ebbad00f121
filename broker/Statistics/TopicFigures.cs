using RocketMQ.Broker.Metrics;
using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Statistics;

/// <summary>What was written to a topic, whoever wrote it: clients, delay levels, timers, transactions, retries.</summary>
public sealed class TopicFigures
{
    /// <summary>Apache's ranges of rocketmq_message_size, bytes.</summary>
    private static readonly double[] SizeBounds = [1024, 4096, 524_288, 1_048_576, 2_097_152, 4_194_304];

    internal TopicFigures(string topic, long nowMs)
    {
        Topic = topic;
        IsSystem = SystemTopics.IsSystem(topic);
        IsDeadLetter = SystemTopics.IsDeadLetter(topic);
        Messages = new Counter(nowMs);
        Bytes = new Counter(nowMs);
        PutLatencyUs = new Counter(nowMs);
    }

    public string Topic { get; }

    /// <summary>Whether the topic is the broker's own.</summary>
    public bool IsSystem { get; }

    /// <summary>Whether it holds what a group gave up.</summary>
    public bool IsDeadLetter { get; }

    /// <summary>Messages stored.</summary>
    public Counter Messages { get; }

    /// <summary>Bytes of their records.</summary>
    public Counter Bytes { get; }

    /// <summary>How big the records are, bytes.</summary>
    public Histogram Sizes { get; } = new(SizeBounds);

    /// <summary>How long sends took until they were stored, µs.</summary>
    public Counter PutLatencyUs { get; }

    internal void TakeSample(CounterSpan span, long nowMs)
    {
        Messages.TakeSample(span, nowMs);
        Bytes.TakeSample(span, nowMs);
        PutLatencyUs.TakeSample(span, nowMs);
    }
}
