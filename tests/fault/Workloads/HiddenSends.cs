using System.Collections.Concurrent;
using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Messages that are acknowledged while they lie out of consumers' sight, in a topic of the broker's own, and come into sight later or never:
/// what is owed comes, nothing comes before its time, and nothing else comes.
/// </summary>
internal abstract class HiddenSends(string name, int seed, int senders, TimeProvider clock, string hiddenTopic)
    : Senders(name, seed, senders, longestBurst: 12, clock)
{
    protected const int Queues = 2;

    /// <summary>For what is owed to come after its time, on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Promise> _promises = new(StringComparer.Ordinal);
    private int _acknowledged;
    private int _doubled;

    public override int Acknowledged => Volatile.Read(ref _acknowledged);

    public override string Summary => $"{Name} {Acknowledged} ({_doubled} came twice)";

    /// <summary>The topic they come into sight in.</summary>
    protected string Topic => $"fault-{Name}";

    public override Task PrepareAsync(BrokerClient broker) => broker.CreateTopicAsync(Topic, Queues);

    public override void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
        foreach (var promise in _promises.Values.Where(p => p.IsAcknowledged))
        {
            var isThere = log.TryGetValue(promise.PhysicalOffset, out var record)
                && (record.Topic == hiddenTopic || record.Topic == Topic)
                && record.Properties.GetValueOrDefault(PropertyNames.Keys) == promise.Id;
            findings.Check(isThere, isThere ? "" : $"not in the log: {promise.Id}, acknowledged as {promise.OffsetMessageId}, but {record}");
        }
    }

    /// <summary>What was owed before the audit began has come, or comes now.</summary>
    public override Task AuditAsync(BrokerClient broker, Findings findings) => AuditAsync(broker, NowMs, findings);

    public override Task DrainAsync(BrokerClient broker, Findings findings) => AuditAsync(broker, long.MaxValue, findings);

    /// <summary>Notes an attempt and makes what is sent.</summary>
    protected (Promise Promise, byte[] Body, byte[] Properties) Compose(
        string sender, int sequence, Random random, params KeyValuePair<string, string>[] properties)
    {
        var promise = new Promise($"{sender}-{sequence}", random.Next(0, 600));
        _promises[promise.Id] = promise;
        return (promise, Payload.Of(promise.Id, promise.Size), PropertyText.ToUtf8(
            [new(PropertyNames.Keys, promise.Id), new(PropertyNames.UniqueKey, $"U{promise.Id}"), new(PropertyNames.Tags, "T"), .. properties]));
    }

    protected void Acknowledge(Promise promise, string offsetMessageId)
    {
        promise.OffsetMessageId = offsetMessageId;
        Interlocked.Increment(ref _acknowledged);
    }

    protected Promise? Find(string id) => _promises.GetValueOrDefault(id);

    private async Task AuditAsync(BrokerClient broker, long owedBeforeMs, Findings findings)
    {
        var arrivals = new Arrivals(broker, Topic, Queues, _promises, findings);
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            await arrivals.ReadAsync();
            var missing = _promises.Values.Where(p => p.IsOwed && p.OwedFromMs <= owedBeforeMs && !arrivals.Has(p.Id)).ToList();
            if (missing.Count == 0 || patience.IsCancellationRequested)
            {
                missing.ForEach(p => findings.Add($"lost: {p.Id}, acknowledged as {p.OffsetMessageId}, owed for {NowMs - p.OwedFromMs} ms"));
                _doubled = arrivals.Doubled;
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), Clock, CancellationToken.None);
        }
    }
}
