using RocketMQ.Fault.Tests.Disk;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Groups that tell how far they are: a broker may forget what it was told in the last moments before its death, and nothing before; what it says was told
/// to it at some time. After a clean stop it has forgotten nothing.
/// </summary>
/// <param name="senders">Groups: each commits its own offsets.</param>
/// <param name="lostMs">The last moments.</param>
internal sealed class OffsetCommits(int seed, int senders, TimeProvider clock, long lostMs) : Senders("offsets", seed, senders, longestBurst: 30, clock)
{
    private const string Topic = "fault-offsets";
    private const int Queues = 3;
    private const int MostRead = 10;

    private readonly Position[] _positions = [.. Enumerable.Range(0, senders * Queues).Select(_ => new Position())];
    private int _acknowledged;

    public override int Acknowledged => _acknowledged;

    public override async Task PrepareAsync(BrokerClient broker)
    {
        await broker.CreateTopicAsync(Topic, Queues);
        for (var i = 0; i < _positions.Length; i += Queues)
        {
            // A commit alone makes no group.
            await broker.PutGroupAsync(new SubscriptionGroupConfig { GroupName = Group(i) });
        }
    }

    public override void NoteDeath(long diedMs)
    {
        foreach (var position in _positions)
        {
            position.Forget(diedMs - lostMs);
        }
    }

    public override void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
    }

    public override async Task AuditAsync(BrokerClient broker, Findings findings)
    {
        for (var i = 0; i < _positions.Length; i++)
        {
            var position = _positions[i];
            var offset = await broker.CommittedOffsetAsync(Group(i), Topic, i % Queues) ?? 0;
            findings.Check(
                offset >= position.Safe,
                $"offset: {Group(i)} is at {offset} of {Topic}/{i % Queues}; {position.Safe} was acknowledged more than {lostMs} ms before the broker's death");
            findings.Check(offset <= position.Attempted, $"offset: {Group(i)} is at {offset} of {Topic}/{i % Queues} and never went beyond {position.Attempted}");
            position.Adopt(offset);
        }
    }

    protected override async Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var group = int.Parse(sender.AsSpan(sender.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture);
        var i = group * Queues + random.Next(Queues);
        var position = _positions[i];
        var read = random.Next(1, MostRead);

        // A slave takes no offset beyond the end of the queue as it has it: groups are where there are messages.
        await broker.SendBatchAsync(Topic, i % Queues, Enumerable.Range(0, read).Select(_ => ("x"u8.ToArray(), Array.Empty<byte>())));
        position.Attempted += read;
        await broker.CommitOffsetAsync(Group(i), Topic, i % Queues, position.Attempted);
        position.Acknowledge(NowMs);
        Interlocked.Increment(ref _acknowledged);
        return 1;
    }

    private static string Group(int i) => $"fault-offsets-{i / Queues}";

    /// <summary>A group's place in a queue. It only moves on.</summary>
    private sealed class Position
    {
        private readonly List<(long AtMs, long Offset)> _acknowledged = [];

        public long Attempted { get; set; }

        /// <summary>What a broker can no longer have forgotten.</summary>
        public long Safe { get; private set; }

        public void Acknowledge(long nowMs)
        {
            lock (_acknowledged)
            {
                _acknowledged.Add((nowMs, Attempted));
            }
        }

        /// <summary>Of what was acknowledged after a moment the broker may know nothing.</summary>
        public void Forget(long afterMs)
        {
            lock (_acknowledged)
            {
                Safe = _acknowledged.Where(a => a.AtMs <= afterMs).Select(a => a.Offset).DefaultIfEmpty(Safe).Max();
                _acknowledged.Clear();
            }
        }

        /// <summary>It was seen after a restart: it is on the disk, and the group goes on from there.</summary>
        public void Adopt(long offset) => Safe = Math.Max(Safe, offset);
    }
}
