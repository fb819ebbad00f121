using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Timing;

/// <summary>How many timers wait for each topic: the file <c>config/timermetrics</c>.</summary>
public sealed class TimerMetrics
{
    private readonly ConfigFile _file;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TimerMetric> _counts;
    private DataVersion _version;

    public TimerMetrics(ConfigFile file, TimeProvider time)
    {
        _file = file;
        _time = time;
        var stored = file.Load(static json => RemotingJson.Deserialize<TimerMetricsSerializeWrapper>(json.Span));
        _counts = stored?.TimingCount ?? [];
        _version = stored?.DataVersion ?? new DataVersion();
    }

    public void Add(string topic, int change)
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(topic)?.Count ?? 0;
            _counts[topic] = new TimerMetric { Count = count + change, TimeStamp = nowMs };
            _version = _version.Next(nowMs);
        }
    }

    /// <summary>A topic is deleted: what waits for it is counted no more.</summary>
    public void Remove(string topic)
    {
        lock (_lock)
        {
            _counts.Remove(topic);
        }
    }

    public TimerMetricsSerializeWrapper Snapshot()
    {
        lock (_lock)
        {
            return new TimerMetricsSerializeWrapper { DataVersion = _version, TimingCount = new(_counts) };
        }
    }

    public void Save() => _file.Save(RemotingJson.Serialize(Snapshot()));
}
