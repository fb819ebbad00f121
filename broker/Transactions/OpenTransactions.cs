using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Transactions;

/// <summary>How many transactions are open for each topic: the file <c>config/transactionMetrics</c> of a 5.x broker.</summary>
public sealed class OpenTransactions
{
    private readonly ConfigFile _file;
    private readonly TopicCounts _counts;

    public OpenTransactions(ConfigFile file, TimeProvider time)
    {
        _file = file;
        var stored = file.Load(static json => RemotingJson.Deserialize<TransactionMetricsSerializeWrapper>(json.Span));
        _counts = new TopicCounts(time, stored?.TransactionCount, stored?.DataVersion);
    }

    /// <summary>A half message is stored.</summary>
    public void Begin(string topic) => _counts.Add(topic, 1);

    /// <summary>It was committed, rolled back or given up.</summary>
    public void End(string topic) => _counts.Add(topic, -1);

    /// <summary>The topics of all half messages that are open at the start; the file may be from before a crash, or missing.</summary>
    public void Recount(IEnumerable<string> topics) => _counts.Recount(topics);

    /// <summary>Topics that had transactions, and how many of each are open.</summary>
    public IEnumerable<KeyValuePair<string, long>> CountByTopic() =>
        _counts.Snapshot().Counts.Select(count => KeyValuePair.Create(count.Key, count.Value.Count));

    public TransactionMetricsSerializeWrapper Snapshot()
    {
        var (version, counts) = _counts.Snapshot();
        return new TransactionMetricsSerializeWrapper { DataVersion = version, TransactionCount = counts };
    }

    public void Save() => _file.Save(RemotingJson.Serialize(Snapshot()));
}
