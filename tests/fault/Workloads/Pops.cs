using System.Collections.Concurrent;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Consumers that pop what others send, and acknowledge most of it: what was not acknowledged comes again, until it is. As long as the broker
/// lives, nobody gets what is hidden. What was given once in the life it was sent in, and acknowledged in time and a while before the broker's death,
/// never comes again; of the rest, what comes after its acknowledgement is counted.
/// </summary>
/// <param name="lostMs">How much of what groups committed before its death a broker may forget.</param>
internal sealed class Pops(int seed, int senders, int poppers, TimeProvider clock, long lostMs) : SendWorkload("pop", seed, senders, 12, clock, (Topic, 3))
{
    private const string Topic = "fault-pop";
    private const string Group = "fault-poppers";
    private const int InvisibleMs = 3_000;

    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(60);

    /// <summary>Messages that consumers said they are done with; true when the broker answered, else it may have heard or not.</summary>
    private readonly ConcurrentDictionary<string, bool> _done = new(StringComparer.Ordinal);

    /// <summary>Messages sent in this life of the broker, and given in it.</summary>
    private readonly ConcurrentDictionary<string, Handling> _handled = new(StringComparer.Ordinal);

    /// <summary>Messages that must not come again, and when they were acknowledged.</summary>
    private readonly ConcurrentDictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>What was asked to be hidden longer when it may have been in sight again: then it comes for either.</summary>
    private readonly ConcurrentDictionary<string, bool> _late = new(StringComparer.Ordinal);
    private readonly Findings _findings = new();
    private int _given;
    private int _givenAgain;

    /// <summary>Offsets that survive: or else a death gives everything again, and what was hidden had no need to come back by itself.</summary>
    public override IEnumerable<string> Settings => ["flushConsumerOffsetInterval=100"];

    public override string Summary => $"{base.Summary}, given {_given} times, {_givenAgain} of them after their acknowledgement, {_finished.Count} never to come again";

    public override Task RunAsync(BrokerClient broker, int round, CancellationToken stop)
    {
        var hidden = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        return Task.WhenAll(Enumerable.Range(0, poppers)
            .Select(popper => QuietlyAsync(() => PopAllAsync(broker, round, hidden, new Random(HashCode.Combine(Seed, round, -popper)), stop)))
            .Append(base.RunAsync(broker, round, stop)));
    }

    public override void NoteDeath(long diedMs)
    {
        foreach (var (id, handling) in _handled.Where(h => h.Value.IsFinished(diedMs - lostMs)))
        {
            _finished[id] = handling.AcknowledgedMs;
        }

        _handled.Clear();
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
                    var nowMs = NowMs;
                    _findings.Check(
                        hidden.GetValueOrDefault(id) <= nowMs || _late.ContainsKey(id), $"given to two: {id} was to be hidden for {hidden.GetValueOrDefault(id) - nowMs} ms more ({popped.Receipt})");
                    hidden[id] = HiddenUntilMs(popped);
                    _handled.GetOrAdd(id, _ => new Handling()).Give(hidden[id]);
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
                await HideLongerAsync(broker, popped);
                break;
            default:
                await AcknowledgeAsync(broker, popped);
                break;
        }
    }

    private async Task HideLongerAsync(BrokerClient broker, PoppedMessage popped)
    {
        var id = popped.Message.Keys ?? "";
        var untilMs = HiddenUntilMs(popped);
        _late[id] = true;
        await broker.ChangeInvisibleTimeAsync(Group, Topic, popped, InvisibleMs + 1_000);
        if (NowMs < untilMs)
        {
            _late.TryRemove(id, out _);
        }
    }

    private static long HiddenUntilMs(PoppedMessage popped) =>
        long.Parse(popped.Receipt.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) + InvisibleMs;

    private async Task AcknowledgeAsync(BrokerClient broker, PoppedMessage popped)
    {
        var id = popped.Message.Keys ?? "";
        _done.TryAdd(id, false);
        await broker.AckAsync(Group, Topic, popped);
        _done[id] = true;
        if (_handled.TryGetValue(id, out var handling))
        {
            handling.AcknowledgedMs = NowMs;
        }
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

        _findings.Check(
            !_finished.TryGetValue(id, out var finishedMs),
            $"comes again: {id} was given once and acknowledged at {finishedMs}, long before the broker's death; now it is {NowMs} ({popped.Receipt})");
        _findings.Check(message.Body.AsSpan().SequenceEqual(Payload.Of(id, entry.Size)), $"{id} is popped with another body than was sent ({popped.Receipt})");
        return id;
    }

    /// <summary>What became of a message in one life of the broker.</summary>
    private sealed class Handling
    {
        /// <summary>An acknowledgement that is too late is none; it needs its time.</summary>
        private const int InTimeMs = 1_000;

        private int _given;
        private long _hiddenUntilMs;

        /// <summary>0 as long as it is not.</summary>
        public long AcknowledgedMs { get; set; }

        public void Give(long hiddenUntilMs)
        {
            Interlocked.Increment(ref _given);
            _hiddenUntilMs = hiddenUntilMs;
        }

        /// <summary>Whether it was acknowledged for good, early enough to be remembered.</summary>
        public bool IsFinished(long beforeMs) => _given == 1 && AcknowledgedMs > 0 && AcknowledgedMs < Math.Min(_hiddenUntilMs - InTimeMs, beforeMs);
    }
}
