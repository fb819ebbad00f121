using System.Collections.Concurrent;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Consumers that pop what others send, and acknowledge most of it: what was not acknowledged comes again, until it is. As long as the broker
/// lives, nobody gets what is hidden. After its death a message may come again that was acknowledged: that is counted.
/// </summary>
internal sealed class Pops(int seed, int senders, int poppers) : SendWorkload("pop", seed, senders, 12, (Topic, 3))
{
    private const string Topic = "fault-pop";
    private const string Group = "fault-poppers";
    private const int InvisibleMs = 3_000;

    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(60);

    /// <summary>Messages that consumers said they are done with; true when the broker answered, else it may have heard or not.</summary>
    private readonly ConcurrentDictionary<string, bool> _done = new(StringComparer.Ordinal);
    private readonly Findings _findings = new();
    private int _given;
    private int _givenAgain;

    /// <summary>Offsets that survive: or else a death gives everything again, and what was hidden had no need to come back by itself.</summary>
    public override IEnumerable<string> Settings => ["flushConsumerOffsetInterval=100"];

    public override string Summary => $"{base.Summary}, given {_given} times, {_givenAgain} of them after their acknowledgement";

    public override Task RunAsync(BrokerClient broker, int round, CancellationToken stop)
    {
        var hidden = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        return Task.WhenAll(Enumerable.Range(0, poppers)
            .Select(popper => QuietlyAsync(() => PopAllAsync(broker, round, hidden, new Random(HashCode.Combine(Seed, round, -popper)), stop)))
            .Append(base.RunAsync(broker, round, stop)));
    }

    public override async Task AuditAsync(BrokerClient broker, Findings findings)
    {
        findings.Add(_findings);
        await base.AuditAsync(broker, findings);
    }

    public override async Task DrainAsync(BrokerClient broker, Findings findings)
    {
        using var patience = new CancellationTokenSource(DrainPatience);
        while (Missing().Any() && !patience.IsCancellationRequested)
        {
            foreach (var popped in await broker.PopAsync(Group, Topic, 32, InvisibleMs, pollMs: 500))
            {
                Note(popped);
                await AcknowledgeAsync(broker, popped);
            }
        }

        foreach (var entry in Missing())
        {
            findings.Add($"lost: {entry.Id}, acknowledged as {entry.Topic}/{entry.QueueId}@{entry.QueueOffset}, does not come (again) although no consumer is done with it");
        }

        findings.Add(_findings);
    }

    protected override async Task<int> SendAsync(BrokerClient broker, string sender, int sequence, string topic, int queueId, Random random)
    {
        var (id, body, properties) = Compose(sender, sequence, topic, queueId, random.Next(0, 600));
        var reply = await broker.SendAsync(topic, queueId, body, properties);
        Ledger.Acknowledge(id, reply.QueueOffset, reply.MsgId);
        return 1;
    }

    private IEnumerable<Ledger.Entry> Missing() => Ledger.Acknowledged.Where(e => !_done.ContainsKey(e.Id));

    private async Task PopAllAsync(BrokerClient broker, int round, ConcurrentDictionary<string, long> hidden, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var popped in await broker.PopAsync(Group, Topic, random.Next(1, 33), InvisibleMs, pollMs: 300))
            {
                if (Note(popped) is { } id && id.StartsWith($"{Name}-{round}-", StringComparison.Ordinal))
                {
                    var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                    _findings.Check(
                        hidden.GetValueOrDefault(id) <= nowMs, $"given to two: {id} was to be hidden for {hidden.GetValueOrDefault(id) - nowMs} ms more ({popped.Receipt})");
                    hidden[id] = long.Parse(popped.Receipt.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) + InvisibleMs;
                }

                await FinishAsync(broker, popped, random);
            }
        }
    }

    private async Task FinishAsync(BrokerClient broker, PoppedMessage popped, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                break;
            case 1:
                await broker.ChangeInvisibleTimeAsync(Group, Topic, popped, InvisibleMs + 1_000);
                break;
            default:
                await AcknowledgeAsync(broker, popped);
                break;
        }
    }

    private async Task AcknowledgeAsync(BrokerClient broker, PoppedMessage popped)
    {
        var id = popped.Message.Keys ?? "";
        _done.TryAdd(id, false);
        await broker.AckAsync(Group, Topic, popped);
        _done[id] = true;
    }

    /// <returns>The message's id; null when nobody sent such a message.</returns>
    private string? Note(PoppedMessage popped)
    {
        Interlocked.Increment(ref _given);
        var message = popped.Message;
        if (message.Keys is not { } id || Ledger.Find(id) is not { } entry)
        {
            _findings.Add($"unknown: a pop gives a message with the keys '{message.Keys}', which nobody sent");
            return null;
        }

        if (_done.GetValueOrDefault(id))
        {
            Interlocked.Increment(ref _givenAgain);
        }

        _findings.Check(message.Body.AsSpan().SequenceEqual(Payload.Of(id, entry.Size)), $"{id} is popped with another body than was sent ({popped.Receipt})");
        return id;
    }
}
