using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Producers that send to the queues of some topics. What differs between the kinds of send is <see cref="SendAsync"/>.</summary>
internal abstract class SendWorkload(string name, int seed, int senders, int longestBurst, TimeProvider clock, params (string Topic, int Queues)[] topics)
    : Senders(name, seed, senders, longestBurst, clock)
{
    private const int QueriesPerAudit = 20;

    private readonly Ledger _ledger = new();
    private readonly Random _auditRandom = new(seed);

    public override int Acknowledged => _ledger.AcknowledgedCount;

    protected Ledger Ledger => _ledger;

    public override async Task PrepareAsync(BrokerClient broker)
    {
        foreach (var (topic, queues) in topics)
        {
            await broker.CreateTopicAsync(topic, queues);
        }
    }

    public override void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
        foreach (var entry in _ledger.Acknowledged)
        {
            var isThere = log.TryGetValue(entry.PhysicalOffset, out var record)
                && (record.Topic, record.QueueId, record.QueueOffset) == (entry.Topic, entry.QueueId, entry.QueueOffset);
            findings.Check(isThere, isThere ? "" : $"not in the log: {entry}, but {record}");
        }
    }

    public override Task AuditAsync(BrokerClient broker, Findings findings) =>
        new LedgerAudit(broker, _ledger, findings).RunAsync(topics, _auditRandom, QueriesPerAudit);

    protected override Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var (topic, queues) = topics[random.Next(topics.Length)];
        return SendAsync(broker, sender, sequence, topic, random.Next(queues), random);
    }

    /// <summary>Sends one message, or several that belong together, and notes what was acknowledged.</summary>
    /// <returns>The number of messages sent.</returns>
    protected abstract Task<int> SendAsync(BrokerClient broker, string sender, int sequence, string topic, int queueId, Random random);

    /// <summary>Notes an attempt and makes what is sent.</summary>
    protected (string Id, byte[] Body, byte[] Properties) Compose(string sender, int sequence, string topic, int queueId, int size)
    {
        var id = $"{sender}-{sequence}";
        _ledger.Attempt(new Ledger.Entry(id, topic, queueId, size, sender, sequence));
        return (id, Payload.Of(id, size), PropertyText.ToUtf8([new(PropertyNames.Keys, id), new(PropertyNames.Tags, $"T{sequence % 5}"), new("workload", Name)]));
    }
}
