using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Topics that come into the world by a message to them: when the message is acknowledged, both are there to stay.</summary>
internal sealed class SentTopics(int seed, int senders, TimeProvider clock) : Senders("born", seed, senders, longestBurst: 3, clock)
{
    private const string Template = "fault-template";
    private const int Inheritable = 7;
    private const int QueriesPerAudit = 5;

    private readonly Ledger _ledger = new();
    private readonly Random _auditRandom = new(seed);

    public override int Acknowledged => _ledger.AcknowledgedCount;

    public override Task PrepareAsync(BrokerClient broker) => broker.CreateTopicAsync(Template, 2, Inheritable);

    public override void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
        foreach (var entry in _ledger.Acknowledged)
        {
            findings.Check(log.TryGetValue(entry.PhysicalOffset, out var record) && record.Topic == entry.Topic, $"not in the log: {entry}, but {record}");
        }
    }

    public override async Task AuditAsync(BrokerClient broker, Findings findings)
    {
        var topics = await broker.TopicsAsync();
        var there = _ledger.Acknowledged.Where(e => topics.ContainsKey(e.Topic)).ToList();
        foreach (var entry in _ledger.Acknowledged.Except(there))
        {
            findings.Add($"no topic: {entry.Topic} was made by a message that was acknowledged as {entry.OffsetMessageId}");
        }

        await new LedgerAudit(broker, _ledger, findings).RunAsync(there.Select(e => (e.Topic, 1)), _auditRandom, Math.Min(QueriesPerAudit, there.Count));
    }

    protected override async Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var id = $"{sender}-{sequence}";
        var size = random.Next(0, 300);
        _ledger.Attempt(new Ledger.Entry(id, $"fault-{id}", 0, size, sender, sequence));
        var reply = await broker.SendAsync($"fault-{id}", 0, Payload.Of(id, size), PropertyText.ToUtf8([new(PropertyNames.Keys, id)]), template: Template);
        _ledger.Acknowledge(id, reply.QueueOffset, reply.MsgId);
        return 1;
    }
}
