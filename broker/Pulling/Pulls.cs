using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>
/// Pulls: messages of a queue from an offset on. One that finds nothing may wait; a message that it wants hands it to the <see cref="WakeStage"/>.
/// </summary>
public sealed class Pulls : IAsyncDisposable
{
    /// <summary>Pulls whose time is over are answered together, this often at most.</summary>
    private const int SweepMs = 1000;

    private readonly BrokerOptions _options;
    private readonly CurrentRole _role;
    private readonly PullGuard _guard;
    private readonly MessageStore _store;
    private readonly ConsumerOffsets _offsets;
    private readonly TopicTable _topics;
    private readonly BrokerStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly WakeStage _wakes;
    private readonly Action<ParkedPull> _look;
    private readonly ParkedPulls _parked;
    private readonly Lock _arming = new();
    private readonly ITimer _sweep;
    private long _sweepDueMs = long.MaxValue;

    internal Pulls(
        BrokerOptions options, CurrentRole role, PullGuard guard, MessageStore store, ConsumerOffsets offsets, TopicTable topics, BrokerStatistics statistics,
        WakeStage wakes, TimeProvider time)
    {
        _options = options;
        _role = role;
        _guard = guard;
        _store = store;
        _offsets = offsets;
        _topics = topics;
        _statistics = statistics;
        _wakes = wakes;
        _look = Look;
        _time = time;
        _parked = new ParkedPulls(options.PullThreadPoolQueueCapacity, () => options.MaxParkedPullSize);
        _sweep = time.CreateTimer(_ => AnswerDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        store.MessageArrived += OnMessageArrived;
        offsets.WasReset += OnReset;
    }

    /// <summary>Pulls that wait now.</summary>
    public int ParkedCount => _parked.Count;

    /// <summary>Whether looking is assumed not to wait for the disk.</summary>
    public bool IsHot(in PullRequest pull) => _store.IsHot(pull.Topic, pull.QueueId, pull.Offset);

    /// <summary>Answers a pull at once, unless it is refused already or is to be answered later.</summary>
    /// <param name="pull">The pull.</param>
    /// <param name="result">The answer.</param>
    /// <param name="later">Where there is no answer yet: what <see cref="Wait"/> or <see cref="LookCold"/> go on with.</param>
    public bool TryAnswer(in PullRequest pull, out PullResult result, out PullTurn later)
    {
        later = default;
        if (_guard.Check(pull, out var group, out var filter) is { } refusal)
        {
            result = refusal;
            return true;
        }

        // Before a reset is handed out below: what the consumer commits then is from before it, and must not undo it.
        CommitOffset(pull);
        later = new PullTurn(group, PullFilter.For(filter), IsCold: !IsHot(pull));
        if (later.IsCold)
        {
            result = default;
            return false;
        }

        result = Pull(pull, group, later.Filter);
        return result.Status != PullStatus.NothingThere || pull.WaitMs is null;
    }

    /// <summary>Has a pull that found nothing wait for a message.</summary>
    public void Wait(in PullRequest pull, in PullTurn turn, IWaiter<PullResult> waiter) => Park(Later(pull, turn, waiter));

    /// <summary>Looks where that may wait for the disk: on a thread that may.</summary>
    public void LookCold(in PullRequest pull, in PullTurn turn, IWaiter<PullResult> waiter)
    {
        var parked = Later(pull, turn, waiter);
        try
        {
            var result = Pull(parked.Request, parked.Group, parked.Filter);
            if (result.Status == PullStatus.NothingThere && parked.Request.WaitMs is not null)
            {
                Park(parked);
                return;
            }

            result.Records?.Touch();
            waiter.Answer(result);
        }
        catch (Exception e)
        {
            // The thread must live on, and the consumer must not wait in vain.
            parked.Fail(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _store.MessageArrived -= OnMessageArrived;
        _offsets.WasReset -= OnReset;
        await _sweep.DisposeAsync().ConfigureAwait(false);
    }

    private ParkedPull Later(in PullRequest pull, in PullTurn turn, IWaiter<PullResult> waiter)
    {
        var waitMs = _options.LongPollingEnable ? pull.WaitMs ?? 0 : _options.ShortPollingTimeMills;
        return new ParkedPull(waiter, pull, turn.Group, turn.Filter, _time.GetUtcNow().ToUnixTimeMilliseconds() + waitMs, _look);
    }

    /// <summary>The one way to wait: a pull is left parked, or answered when nothing would wake it.</summary>
    private void Park(ParkedPull pull)
    {
        if (!_parked.TryAdd(pull))
        {
            // As many wait as may.
            pull.IsOver = true;
            Look(pull);
            return;
        }

        SweepAfter(pull.DeadlineMs);
        if (HasNews(pull) && _parked.TryTake(pull))
        {
            // A message came between the look into the queue and the parking.
            pull.IsOver = true;
            Look(pull);
        }
    }

    /// <summary>Whether there is something behind its offset. Where that can't be told the pull fails, unless somebody has it already, who answers it.</summary>
    private bool HasNews(ParkedPull pull)
    {
        try
        {
            return _store.MaxOffset(pull.Request.Topic, pull.Request.QueueId) > pull.Request.Offset;
        }
        catch (Exception) when (!_parked.TryTake(pull))
        {
            return false;
        }
    }

    /// <summary>Nothing runs while nothing is parked, or while nothing parked is due.</summary>
    private void SweepAfter(long deadlineMs)
    {
        if (deadlineMs >= Volatile.Read(ref _sweepDueMs))
        {
            return;
        }

        lock (_arming)
        {
            if (deadlineMs < _sweepDueMs)
            {
                Volatile.Write(ref _sweepDueMs, deadlineMs);
                var waitMs = Math.Clamp(deadlineMs - _time.GetUtcNow().ToUnixTimeMilliseconds(), 0, int.MaxValue);
                _sweep.Change(TimeSpan.FromMilliseconds((waitMs / SweepMs + 1) * SweepMs), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnMessageArrived(in DispatchedRecord message)
    {
        if (_parked.TakeFor(message) is { } woken)
        {
            Wake(woken);
        }
    }

    private void OnReset(TopicGroup group, int queueId)
    {
        Wake(_parked.TakeOf(group.Group, group.Topic, queueId));
    }

    private void Wake(List<ParkedPull> pulls)
    {
        foreach (var pull in pulls)
        {
            _wakes.Wake(pull);
        }
    }

    private void AnswerDue()
    {
        lock (_arming)
        {
            Volatile.Write(ref _sweepDueMs, long.MaxValue);
        }

        var due = _parked.TakeDue(_time.GetUtcNow().ToUnixTimeMilliseconds(), out var nextMs);
        SweepAfter(nextMs);
        foreach (var pull in due)
        {
            pull.IsOver = true;
        }

        Wake(due);
    }

    /// <summary>Looks for messages again. Unless its time is over a pull goes on waiting when its filter passes nothing of what came.</summary>
    private void Look(ParkedPull pull)
    {
        if (pull.Waiter.IsGone)
        {
            return;
        }

        var result = Pull(pull.Request, pull.Group, pull.Filter);
        if (result.Status == PullStatus.NothingThere && !pull.IsOver)
        {
            Park(pull);
            return;
        }

        pull.Waiter.Answer(result);
    }

    private PullResult Pull(in PullRequest pull, SubscriptionGroupConfig group, PullFilter? filter)
    {
        if (_offsets.TryTakeReset(pull.Group, pull.Topic, pull.QueueId, out var resetOffset))
        {
            return Answered(
                pull.Topic, group, PullStatus.WasReset, resetOffset, _store.ShownMinOffset(pull.Topic, pull.QueueId), _store.MaxOffset(pull.Topic, pull.QueueId),
                Suggested(group, isBehind: false));
        }

        var startClock = _statistics.StartClock();
        var found = _store.Get(pull.Topic, pull.QueueId, pull.Offset, pull.MaxMessages, pull.MaxBytes, filter);
        var status = PullStatuses.Of(found.Status, pull.Offset);
        var result = Answered(
            pull.Topic, group, status, found.NextBeginOffset, found.MinOffset, found.MaxOffset, Suggested(group, found.SuggestPullingFromSlave)) with { Found = found.Status };
        if (status == PullStatus.OffsetMoved && MayBeBehind)
        {
            result = result with { Status = PullStatus.NothingMatched, NextOffset = pull.Offset, SuggestedBrokerId = group.BrokerId };
        }

        if (status != PullStatus.Found)
        {
            _statistics.GotNothing();
            found.Dispose();
            return result;
        }

        _statistics.GotMessages(pull.Topic, pull.Group, pull.QueueId, found, _store.MaxPhysicalOffset, startClock);
        if (_offsets.HasRoomFor(pull.Group, pull.Topic, pull.QueueId, _options.MaxConsumerOffsetNum))
        {
            _offsets.CommitPulled(pull.Group, pull.Topic, pull.QueueId, found.NextBeginOffset);
        }

        return result with { Records = found };
    }

    /// <summary>A slave's queue may end, or begin, elsewhere than the master's: what a slave does not have is no reason to move the group.</summary>
    private bool MayBeBehind => !_role.IsMaster && !_options.Replication.OffsetCheckInSlave;

    /// <summary>Whom the group is better served by next; while slaves serve nobody, the master.</summary>
    /// <param name="group">The group.</param>
    /// <param name="isBehind">Whether what it read lies so far back that it is not in memory.</param>
    private long Suggested(SubscriptionGroupConfig group, bool isBehind) =>
        !_options.Replication.SlaveReadEnable ? 0 : isBehind ? group.WhichBrokerWhenConsumeSlowly : group.BrokerId;

    private PullResult Answered(string topic, SubscriptionGroupConfig group, PullStatus status, long next, long min, long max, long suggested) => new()
    {
        Status = status,
        NextOffset = next,
        MinOffset = min,
        MaxOffset = max,
        TopicSysFlag = _topics.Get(topic)?.TopicSysFlag ?? 0,
        GroupSysFlag = group.GroupSysFlag,
        SuggestedBrokerId = suggested,
    };

    private void CommitOffset(in PullRequest pull)
    {
        if (pull.CommitOffset is >= 0 and var offset
            && _topics.TryGet(pull.Topic, out _)
            && _offsets.HasRoomFor(pull.Group, pull.Topic, pull.QueueId, _options.MaxConsumerOffsetNum)
            && !_offsets.HasReset(pull.Group, pull.Topic, pull.QueueId))
        {
            _offsets.Commit(pull.Group, pull.Topic, pull.QueueId, offset);
        }
    }
}
