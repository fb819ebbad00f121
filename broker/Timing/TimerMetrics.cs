using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Timing;

/// <summary>How many timers wait for each topic: the file <c>config/timermetrics</c>.</summary>
public sealed class TimerMetrics
{
    private readonly ConfigFile _file;
    private readonly TopicCounts _counts;

    public TimerMetrics(ConfigFile file, TimeProvider time)
    {
        _file = file;
        var stored = file.Load(static json => RemotingJson.Deserialize<TimerMetricsSerializeWrapper>(json.Span));
        _counts = new TopicCounts(time, stored?.TimingCount, stored?.DataVersion);
    }

    public void Add(string topic, int change) => _counts.Add(topic, change);

    /// <summary>A topic is deleted: what waits for it is counted no more.</summary>
    public void Remove(string topic) => _counts.Remove(topic);

    public TimerMetricsSerializeWrapper Snapshot()
    {
        var (version, counts) = _counts.Snapshot();
        return new TimerMetricsSerializeWrapper { DataVersion = version, TimingCount = counts };
    }

    public void Save() => _file.Save(RemotingJson.Serialize(Snapshot()));
}
