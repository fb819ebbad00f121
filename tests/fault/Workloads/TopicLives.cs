using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using System.Collections.Concurrent;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Topics that are made, sent to by several at once, deleted in the middle of it and made again: what was acknowledged in a life that goes on is there;
/// a deleted topic stays deleted; in its next life there is nothing of an earlier one, neither messages nor a group's offset.
/// </summary>
/// <param name="senders">Of each topic.</param>
internal sealed class TopicLives(int seed, int topics, int senders, TimeProvider clock) : Senders("life", seed, 0, 0, clock)
{
    private const string Group = "fault-life-group";
    private const int MostQueues = 3;
    private const int LongestLifeMs = 700;
    private const int LongestRestMs = 20;

    private readonly Bearer[] _names = [.. Enumerable.Range(0, topics).Select(i => new Bearer($"{TopicPrefix}{i}"))];
    private readonly ConcurrentDictionary<string, int> _sizes = new(StringComparer.Ordinal);

    /// <summary>Messages of lives that were over before anything else came: the number of their life.</summary>
    private readonly ConcurrentDictionary<string, int> _buried = new(StringComparer.Ordinal);
    private readonly Findings _findings = new();
    private int _acknowledged;
    private int _deaths;

    /// <summary>The log keeps what these topics lost.</summary>
    public const string TopicPrefix = "fault-life-";

    /// <summary>A message that comes late must not make a topic that was deleted.</summary>
    public override IEnumerable<string> Settings => ["autoCreateTopicEnable=false"];

    public override int Acknowledged => _acknowledged;

    public override string Summary => $"{base.Summary} in topics that were deleted {_deaths} times";

    /// <summary>A commit alone makes no group.</summary>
    public override Task PrepareAsync(BrokerClient broker) => broker.PutGroupAsync(new SubscriptionGroupConfig { GroupName = Group });

    public override Task RunAsync(BrokerClient broker, int round, CancellationToken stop) =>
        Task.WhenAll(_names.SelectMany((name, i) => Enumerable.Range(0, senders)
            .Select(sender => QuietlyAsync(() => SendAllAsync(
                broker, name, $"{Name}-{i}-{round}-{sender}", new Random(HashCode.Combine(Seed, round, i, sender)), stop)))
            .Append(QuietlyAsync(() => LiveAsync(broker, name, new Random(HashCode.Combine(Seed, round, i, -1)), stop)))));

    public override void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
        foreach (var entry in _names.Select(n => n.Life).OfType<TopicLife>().Where(l => l.At == TopicLife.Stage.Living).SelectMany(l => l.Messages.Values))
        {
            findings.Check(log.TryGetValue(entry.PhysicalOffset, out var record) && record.Topic == entry.Topic, $"not in the log: {entry}, but {record}");
        }
    }

    public override async Task AuditAsync(BrokerClient broker, Findings findings)
    {
        var there = await broker.TopicsAsync();
        foreach (var name in _names)
        {
            var config = there.GetValueOrDefault(name.Topic);
            var life = name.Life;
            findings.Check(
                config is null ? life is not { At: TopicLife.Stage.Living } : life is not null and not { At: TopicLife.Stage.Dead },
                $"topic: {name.Topic} is {(config is null ? "not there" : "there")}; its life {life?.Number} is {life?.At}");
            if (config is null || life is null)
            {
                life?.Enter(TopicLife.Stage.Dead);
                continue;
            }

            findings.Check(config.WriteQueueNums == life.Queues, $"topic: {name.Topic} has {config.WriteQueueNums} queues, was made with {life.Queues}");
            life.Enter(TopicLife.Stage.Living);
            await InspectAsync(broker, life, life.IsWhole ? [.. life.Messages.Values] : [], findings);
        }

        findings.Add(_findings);
    }

    protected override Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random) => throw new NotSupportedException();

    /// <summary>The one who makes and deletes.</summary>
    private async Task LiveAsync(BrokerClient broker, Bearer name, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (name.Life is not { At: TopicLife.Stage.Living } life)
            {
                life = name.Life = new TopicLife(name.Topic, (name.Life?.Number ?? 0) + 1, random.Next(1, MostQueues + 1));
                await broker.CreateTopicAsync(life.Topic, life.Queues);
                life.Enter(TopicLife.Stage.Living);
                if (random.Next(2) == 0)
                {
                    await InspectAsync(broker, life, [], _findings);
                }
            }

            await RestAsync(random.Next(LongestLifeMs));
            life.Committed += random.Next(1, 1_000);
            await broker.CommitOffsetAsync(Group, life.Topic, 0, life.Committed);
            await RestAsync(random.Next(LongestRestMs));
            life.Enter(TopicLife.Stage.Dying);
            foreach (var id in life.Messages.Keys)
            {
                _buried[id] = life.Number;
            }

            await broker.DeleteTopicAsync(life.Topic);
            life.Enter(TopicLife.Stage.Dead);
            Interlocked.Increment(ref _deaths);
            await RestAsync(random.Next(LongestRestMs));
        }
    }

    private async Task SendAllAsync(BrokerClient broker, Bearer name, string sender, Random random, CancellationToken stop)
    {
        for (var sequence = 0; !stop.IsCancellationRequested; sequence++)
        {
            if (name.Life is not { } life || random.Next(20) == 0)
            {
                await RestAsync(random.Next(1, LongestRestMs));
                continue;
            }

            // Also while it is dying or dead: a client does not know.
            var id = $"{sender}-{sequence}";
            var size = _sizes[id] = random.Next(0, 400);
            var queueId = random.Next(life.Queues);
            try
            {
                var reply = await broker.SendAsync(life.Topic, queueId, Payload.Of(id, size), PropertyText.ToUtf8([new(PropertyNames.Keys, id)]));
                var entry = new Ledger.Entry(id, life.Topic, queueId, size, sender, sequence) { QueueOffset = reply.QueueOffset, OffsetMessageId = reply.MsgId };
                if (name.Life == life && life.TryAcknowledge(entry))
                {
                    Interlocked.Increment(ref _acknowledged);
                }
            }
            catch (BrokerRefusedException e) when (e.Code == ResponseCode.TopicNotExist || e.Message.Contains("queueId", StringComparison.Ordinal))
            {
                // Deleted, or made again with fewer queues.
                await RestAsync(1);
            }
        }
    }

    private Task RestAsync(int ms) => Task.Delay(TimeSpan.FromMilliseconds(ms), Clock, CancellationToken.None);

    /// <summary>What a topic holds is of this life, and what is expected is there.</summary>
    private async Task InspectAsync(BrokerClient broker, TopicLife life, IReadOnlyCollection<Ledger.Entry> expected, Findings findings)
    {
        var seen = new Dictionary<string, StoredMessage>(StringComparer.Ordinal);
        for (var queueId = 0; queueId < life.Queues; queueId++)
        {
            await LedgerAudit.EndAsync(broker, life.Topic, queueId, expected.Where(e => e.QueueId == queueId).Select(e => e.QueueOffset + 1).DefaultIfEmpty(0).Max());
            var offset = await broker.MinOffsetAsync(life.Topic, queueId);
            for (var messages = await broker.PullAsync(life.Topic, queueId, offset); messages.Count > 0; messages = await broker.PullAsync(life.Topic, queueId, offset))
            {
                foreach (var message in messages)
                {
                    findings.Check(message.QueueOffset == offset, $"{life.Topic}/{queueId}: {message.QueueOffset} follows {offset - 1}");
                    Inspect(life, message, queueId, seen, findings);
                    offset = message.QueueOffset + 1;
                }
            }
        }

        foreach (var entry in expected)
        {
            findings.Check(
                seen.TryGetValue(entry.Id, out var message) && message.QueueOffset == entry.QueueOffset && message.OffsetMessageId == entry.OffsetMessageId,
                $"lost: {entry}, in life {life.Number}; {(message is null ? "it is not there" : $"{message.OffsetMessageId} is @{message.QueueOffset}")}");
        }

        var committed = await broker.CommittedOffsetAsync(Group, life.Topic, 0) ?? 0;
        findings.Check(committed <= life.Committed, $"offset: {Group} is at {committed} of {life.Topic} and in its life {life.Number} never went beyond {life.Committed}");
    }

    private void Inspect(TopicLife life, StoredMessage message, int queueId, Dictionary<string, StoredMessage> seen, Findings findings)
    {
        var where = $"{life.Topic}/{queueId}@{message.QueueOffset} {message.OffsetMessageId}";
        if (message.Keys is not { } id || !_sizes.TryGetValue(id, out var size))
        {
            findings.Add($"unknown: {where} has the keys '{message.Keys}', which nobody sent");
            return;
        }

        findings.Check(seen.TryAdd(id, message), $"twice: {id} at {where} and before");
        findings.Check(message.Topic == life.Topic && message.Body.AsSpan().SequenceEqual(Payload.Of(id, size)), $"{id} at {where} is of another topic or has another body than was sent");
        findings.Check(
            !_buried.TryGetValue(id, out var number) || number == life.Number,
            $"from an earlier life: {id} at {where} was acknowledged in life {number}, which was deleted; this is life {life.Number}");
    }

    /// <summary>A topic's name, and who bears it.</summary>
    private sealed class Bearer(string topic)
    {
        private volatile TopicLife? _life;

        public string Topic => topic;

        public TopicLife? Life
        {
            get => _life;
            set => _life = value;
        }
    }
}
