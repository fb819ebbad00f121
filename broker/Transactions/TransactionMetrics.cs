using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Transactions;

/// <summary>How many transactions are open for each topic: the file <c>config/transactionMetrics</c> of a 5.x broker.</summary>
public sealed class TransactionMetrics
{
    private readonly ConfigFile _file;
    private readonly TopicCounts _counts;

    public TransactionMetrics(ConfigFile file, TimeProvider time)
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

    public TransactionMetricsSerializeWrapper Snapshot()
    {
        var (version, counts) = _counts.Snapshot();
        return new TransactionMetricsSerializeWrapper { DataVersion = version, TransactionCount = counts };
    }

    public void Save() => _file.Save(RemotingJson.Serialize(Snapshot()));
}
