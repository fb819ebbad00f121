using System.Collections.Concurrent;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Transactions: some are committed or rolled back at once, of others the broker has to ask. No half message is ever in sight, none that was
/// rolled back, and each that was committed comes; what was ended is not asked about again.
/// </summary>
/// <param name="onItsWayMs">A check may have been on its way when the transaction ended: so long on a busy machine.</param>
internal sealed class Transactions(int seed, int senders, TimeProvider clock, long onItsWayMs) : HiddenSends("transaction", seed, senders, clock, "RMQ_SYS_TRANS_HALF_TOPIC")
{
    private const string Group = "fault-transactions";
    private const int Prepared = 4;
    private const int Commit = 8;
    private const int Rollback = 12;

    private readonly ConcurrentDictionary<string, Plan> _plans = new(StringComparer.Ordinal);
    private readonly Findings _findings = new();
    private int _checks;

    public override IEnumerable<string> Settings =>
        ["transactionTimeOut=1000", "transactionCheckInterval=1000", "transactionOpBatchInterval=300", "transactionCheckMax=1000"];

    public override string Summary =>
        $"{base.Summary}, {_plans.Values.Count(p => p.Outcome == Rollback)} rolled back, {_plans.Values.Count(p => p.EndedMs == 0)} left to {_checks} checks";

    public override RequestTable Answers => new RequestTable.Builder().Add(RequestCode.CheckTransactionState, new CheckHandler(this)).Build();

    public override async Task RunAsync(BrokerClient broker, int round, CancellationToken stop)
    {
        await QuietlyAsync(() => broker.JoinProducersAsync("fault", Group));
        await base.RunAsync(broker, round, stop);
    }

    public override async Task AuditAsync(BrokerClient broker, Findings findings)
    {
        await broker.JoinProducersAsync("fault", Group);
        await base.AuditAsync(broker, findings);
        findings.Add(_findings);
    }

    public override async Task DrainAsync(BrokerClient broker, Findings findings)
    {
        await broker.JoinProducersAsync("fault", Group);
        foreach (var (id, plan) in _plans)
        {
            if (plan.Outcome == Commit && Find(id) is { IsAcknowledged: true, IsOwed: false } promise)
            {
                promise.OwedFromMs = NowMs;
            }
        }

        await base.DrainAsync(broker, findings);
        findings.Add(_findings);
    }

    protected override async Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var plan = new Plan { Outcome = random.Next(3) == 0 ? Rollback : Commit, UnknownTimes = random.Next(3) };
        var (promise, body, properties) = Compose(
            sender, sequence, random, new(PropertyNames.TransactionPrepared, "true"), new(PropertyNames.ProducerGroup, Group));
        _plans[promise.Id] = plan;
        var half = await broker.SendAsync(Topic, random.Next(Queues), body, properties, Prepared);
        Acknowledge(promise, half.MsgId);
        if (random.Next(3) > 0)
        {
            await EndAsync(broker, promise, plan, half);
        }

        return 1;
    }

    private async Task EndAsync(BrokerClient broker, Promise promise, Plan plan, SendMessageResponseHeader half)
    {
        Decide(promise, plan);
        await broker.EndTransactionAsync(new EndTransactionRequestHeader
        {
            ProducerGroup = Group,
            TranStateTableOffset = half.QueueOffset,
            CommitLogOffset = promise.PhysicalOffset,
            CommitOrRollback = plan.Outcome,
            MsgId = half.TransactionId ?? "",
            TransactionId = half.TransactionId,
        });
        plan.EndedMs = NowMs;
        if (plan.Outcome == Commit)
        {
            promise.OwedFromMs = plan.EndedMs;
        }
    }

    /// <summary>From the moment it is said a commit may come into sight.</summary>
    private void Decide(Promise promise, Plan plan)
    {
        if (plan.Outcome == Commit)
        {
            promise.NotBeforeMs = Math.Min(promise.NotBeforeMs, NowMs);
        }
    }

    private void Check(RequestContext context)
    {
        Interlocked.Increment(ref _checks);
        var check = context.Request.ReadHeader<CheckTransactionStateRequestHeader>();
        var half = StoredMessage.ReadAll(System.Buffers.BuffersExtensions.ToArray(context.Request.Body)).Single();
        if (half.Keys is not { } id || Find(id) is not { } promise)
        {
            _findings.Add($"unknown: the broker asks about a half message with the keys '{half.Keys}', which nobody sent");
            return;
        }

        var plan = _plans[id];
        if (plan.EndedMs > 0)
        {
            _findings.Check(
                NowMs - plan.EndedMs < onItsWayMs, $"asked again: {id} was ended {NowMs - plan.EndedMs} ms before, and that was acknowledged");
        }

        if (plan.EndedMs > 0 || --plan.UnknownTimes >= 0)
        {
            return;
        }

        Decide(promise, plan);
        context.Connection.TrySendOneway(RemotingCommand.Request(RequestCode.EndTransaction, new EndTransactionRequestHeader
        {
            ProducerGroup = Group,
            TranStateTableOffset = check.TranStateTableOffset,
            CommitLogOffset = check.CommitLogOffset,
            CommitOrRollback = plan.Outcome,
            FromTransactionCheck = true,
            MsgId = check.MsgId ?? "",
            TransactionId = check.TransactionId,
        }));
    }

    /// <summary>How a transaction is to end.</summary>
    private sealed class Plan
    {
        public required int Outcome { get; init; }

        /// <summary>How often a check is left unanswered.</summary>
        public int UnknownTimes { get; set; }

        /// <summary>When its end was acknowledged, ms since 1970; 0 before.</summary>
        public long EndedMs { get; set; }
    }

    private sealed class CheckHandler(Transactions transactions) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            transactions.Check(context);
            return ValueTask.FromResult<RemotingCommand?>(null);
        }
    }
}
