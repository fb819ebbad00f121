using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Producers that send to the queues of some topics. What differs between the kinds of send is <see cref="SendAsync"/>.</summary>
internal abstract class SendWorkload(string name, int seed, int senders, params (string Topic, int Queues)[] topics) : IWorkload
{
    private const int QueriesPerAudit = 20;

    /// <summary>Senders send in bursts and rest between them, so that there is pressure, and yet not more than an audit can look at.</summary>
    private const int LongestBurst = 40;
    private const int LongestRestMs = 70;

    private readonly Ledger _ledger = new();
    private readonly Random _auditRandom = new(seed);
    private int _goodbyes;

    public string Name => name;

    public virtual IEnumerable<string> Settings => [];

    public int Acknowledged => _ledger.AcknowledgedCount;

    public int Goodbyes => _goodbyes;

    protected Ledger Ledger => _ledger;

    public async Task PrepareAsync(BrokerClient broker)
    {
        foreach (var (topic, queues) in topics)
        {
            await broker.CreateTopicAsync(topic, queues);
        }
    }

    public Task RunAsync(BrokerClient broker, int round, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, senders).Select(sender => RunSenderAsync(broker, $"{name}-{round}-{sender}", new Random(HashCode.Combine(seed, round, sender)), stop)));

    public void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
        foreach (var entry in _ledger.Acknowledged)
        {
            var isThere = log.TryGetValue(entry.PhysicalOffset, out var record)
                && (record.Topic, record.QueueId, record.QueueOffset) == (entry.Topic, entry.QueueId, entry.QueueOffset);
            findings.Check(isThere, isThere ? "" : $"not in the log: {entry}, but {record}");
        }
    }

    public Task AuditAsync(BrokerClient broker, Findings findings) =>
        new LedgerAudit(broker, _ledger, findings).RunAsync(topics, _auditRandom, QueriesPerAudit);

    /// <summary>Sends one message, or several that belong together, and notes what was acknowledged.</summary>
    /// <returns>The number of messages sent.</returns>
    protected abstract Task<int> SendAsync(BrokerClient broker, string sender, int sequence, string topic, int queueId, Random random);

    /// <summary>Notes an attempt and makes what is sent.</summary>
    protected (string Id, byte[] Body, byte[] Properties) Compose(string sender, int sequence, string topic, int queueId, int size)
    {
        var id = $"{sender}-{sequence}";
        _ledger.Attempt(new Ledger.Entry(id, topic, queueId, size, sender, sequence));
        return (id, Payload.Of(id, size), PropertyText.ToUtf8([new(PropertyNames.Keys, id), new(PropertyNames.Tags, $"T{sequence % 5}"), new("workload", name)]));
    }

    private async Task RunSenderAsync(BrokerClient broker, string sender, Random random, CancellationToken stop)
    {
        try
        {
            for (var sequence = 0; !stop.IsCancellationRequested;)
            {
                for (var burstEnd = sequence + random.Next(1, LongestBurst); sequence < burstEnd && !stop.IsCancellationRequested;)
                {
                    var (topic, queues) = topics[random.Next(topics.Length)];
                    sequence += await SendAsync(broker, sender, sequence, topic, random.Next(queues), random);
                }

                await Task.Delay(random.Next(LongestRestMs), CancellationToken.None);
            }
        }
        catch (RemotingException)
        {
            // The broker is gone: what was in flight may be stored or not.
        }
        catch (BrokerRefusedException e) when (e.IsGoodbye)
        {
            Interlocked.Increment(ref _goodbyes);
        }
    }
}
