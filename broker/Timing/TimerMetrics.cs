using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Timing;

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

    /// <summary>
    /// Makes the counts right: a kill came between them and what they count. Reads all of the timers' log, so only where the sum does not say that
    /// they are. A timer knows its topic by the hash alone.
    /// </summary>
    /// <param name="timers">What waits.</param>
    /// <param name="topics">All there are.</param>
    public void Recount(TimerStore timers, IEnumerable<string> topics)
    {
        if (_counts.AddUpTo(timers.Pending))
        {
            return;
        }

        var waiting = new Dictionary<int, int>();
        foreach (var unit in timers.Waiting())
        {
            waiting[unit.TopicHash] = waiting.GetValueOrDefault(unit.TopicHash) + (unit.IsDelete ? -1 : 1);
        }

        _counts.Recount(topics.Union(_counts.Snapshot().Counts.Keys)
            .Select(topic => KeyValuePair.Create(topic, waiting.GetValueOrDefault(JavaHash.Of(topic.AsSpan()))))
            .Where(count => count.Value != 0).ToDictionary());
    }

    /// <summary>Which state of the counts this is.</summary>
    public DataVersion Version => _counts.Version;

    /// <summary>Counts as another broker does, and saves that. Touches the disk.</summary>
    public void Follow(TimerMetricsSerializeWrapper master)
    {
        _counts.Follow(master.TimingCount, master.DataVersion ?? new DataVersion());
        Save();
    }

    public TimerMetricsSerializeWrapper Snapshot()
    {
        var (version, counts) = _counts.Snapshot();
        return new TimerMetricsSerializeWrapper { DataVersion = version, TimingCount = counts };
    }

    public void Save() => _file.Save(RemotingJson.Serialize(Snapshot()));
}
