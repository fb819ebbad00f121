using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>
/// PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361): messages of a queue from an offset on. A pull that finds nothing is parked; a message
/// that it wants hands it to the <see cref="WakeStage"/>.
/// </summary>
public sealed class PullMessageHandler : IRequestHandler, IAsyncDisposable
{
    /// <summary>Pulls whose time is over are answered together, this often at most.</summary>
    private const int SweepMs = 1000;

    private readonly BrokerOptions _options;
    private readonly PullGuard _guard;
    private readonly MessageStore _store;
    private readonly ConsumerOffsets _offsets;
    private readonly TopicTable _topics;
    private readonly BrokerStatistics _statistics;
    private readonly TimeProvider _time;
    private readonly Lane _coldReads;
    private readonly WakeStage _wakes;
    private readonly Action<ParkedPull> _answer;
    private readonly ParkedPulls _parked;
    private readonly Lock _arming = new();
    private readonly ITimer _sweep;
    private long _sweepDueMs = long.MaxValue;

    internal PullMessageHandler(
        BrokerOptions options, PullGuard guard, MessageStore store, ConsumerOffsets offsets, TopicTable topics, BrokerStatistics statistics,
        Lane coldReads, WakeStage wakes, TimeProvider time)
    {
        _options = options;
        _guard = guard;
        _store = store;
        _offsets = offsets;
        _topics = topics;
        _statistics = statistics;
        _coldReads = coldReads;
        _wakes = wakes;
        _answer = Answer;
        _time = time;
        _parked = new ParkedPulls(options.PullThreadPoolQueueCapacity, () => options.MaxParkedPullSize);
        _sweep = time.CreateTimer(_ => AnswerDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        store.MessageArrived += OnMessageArrived;
        offsets.WasReset += OnReset;
    }

    /// <summary>Pulls that wait now.</summary>
    public int ParkedCount => _parked.Count;

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<PullMessageRequestHeader>();
        if (_guard.Check(header, context.Request.Code == RequestCode.LitePullMessage, out var group, out var filter) is { } refusal)
        {
            return ValueTask.FromResult<RemotingCommand?>(refusal.ToResponse());
        }

        // Before a reset is handed out below: what the consumer commits then is from before it, and must not undo it.
        CommitOffset(header);
        var pull = PullFilter.For(filter);
        if (!_store.IsHot(header.Topic, header.QueueId, header.QueueOffset))
        {
            return ValueTask.FromResult(ReadElsewhere(Later(context.Park(), header, group, pull)));
        }

        var response = Pull(header, group, pull, out var status);
        if (status != PullOutcome.Waits || (header.SysFlag & PullFlags.Suspend) == 0)
        {
            return ValueTask.FromResult<RemotingCommand?>(response);
        }

        Park(Later(context.Park(), header, group, pull));
        return ValueTask.FromResult<RemotingCommand?>(null);
    }

    public async ValueTask DisposeAsync()
    {
        _store.MessageArrived -= OnMessageArrived;
        _offsets.WasReset -= OnReset;
        await _sweep.DisposeAsync().ConfigureAwait(false);
    }

    private ParkedPull Later(ReplyHandle reply, PullMessageRequestHeader header, SubscriptionGroupConfig group, PullFilter? filter)
    {
        var waitMs = _options.LongPollingEnable ? header.SuspendTimeoutMillis : _options.ShortPollingTimeMills;
        return new ParkedPull(reply, header, group, filter, _time.GetUtcNow().ToUnixTimeMilliseconds() + waitMs, _answer);
    }

    /// <summary>What may have to come from the disk is read by a lane: the thread that reads requests has others to serve.</summary>
    private RemotingCommand? ReadElsewhere(ParkedPull pull) =>
        _coldReads.TryEnqueue(pull.Reply.Connection, () =>
        {
            AnswerCold(pull);
            return Task.CompletedTask;
        })
            ? null
            : new PullRefusal(ResponseCode.SystemBusy, _coldReads.Refusal).ToResponse();

    private void AnswerCold(ParkedPull pull)
    {
        try
        {
            var response = Pull(pull.Header, pull.Group, pull.Filter, out var outcome);
            if (outcome == PullOutcome.Waits && (pull.Header.SysFlag & PullFlags.Suspend) != 0)
            {
                Park(pull);
                return;
            }

            (response.BodySource as PulledRecords)?.Touch();
            pull.Reply.Reply(response);
        }
        catch (Exception e)
        {
            // The lane's worker must live on, and the consumer must not wait in vain.
            pull.Fail(e);
        }
    }

    /// <summary>The one way to wait: a pull is left parked, or answered when nothing would wake it.</summary>
    private void Park(ParkedPull pull)
    {
        if (!_parked.TryAdd(pull))
        {
            // As many wait as may.
            pull.IsOver = true;
            Answer(pull);
            return;
        }

        SweepAfter(pull.DeadlineMs);
        if (HasNews(pull) && _parked.TryTake(pull))
        {
            // A message came between the look into the queue and the parking.
            pull.IsOver = true;
            Answer(pull);
        }
    }

    /// <summary>Whether there is something behind its offset. Where that can't be told the pull fails, unless somebody has it already, who answers it.</summary>
    private bool HasNews(ParkedPull pull)
    {
        try
        {
            return _store.MaxOffset(pull.Header.Topic, pull.Header.QueueId) > pull.Header.QueueOffset;
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
    private void Answer(ParkedPull pull)
    {
        if (pull.Reply.Connection.IsClosed)
        {
            return;
        }

        var response = Pull(pull.Header, pull.Group, pull.Filter, out var outcome);
        if (outcome == PullOutcome.Waits && !pull.IsOver)
        {
            Park(pull);
            return;
        }

        pull.Reply.Reply(response);
    }

    private RemotingCommand Pull(PullMessageRequestHeader header, SubscriptionGroupConfig group, PullFilter? filter, out PullOutcome outcome)
    {
        outcome = PullOutcome.Answered;
        if (_offsets.TryTakeReset(header.ConsumerGroup, header.Topic, header.QueueId, out var resetOffset))
        {
            return RemotingCommand.Response(
                ResponseCode.PullOffsetMoved,
                Header(header.Topic, group, resetOffset, _store.ShownMinOffset(header.Topic, header.QueueId), _store.MaxOffset(header.Topic, header.QueueId)),
                "OFFSET_RESET");
        }

        var startClock = _statistics.StartClock();
        var result = _store.Get(
            header.Topic, header.QueueId, header.QueueOffset, header.MaxMsgNums, header.MaxMsgBytes ?? int.MaxValue, filter);
        var code = PullReplies.Code(result.Status, header.QueueOffset);
        if (code == ResponseCode.PullNotFound)
        {
            outcome = PullOutcome.Waits;
        }

        var response = RemotingCommand.Response(
            code, Header(header.Topic, group, result.NextBeginOffset, result.MinOffset, result.MaxOffset), result.Status.ToString());
        if (code == ResponseCode.Success)
        {
            _statistics.GotMessages(
                header.Topic, header.ConsumerGroup, header.QueueId, result, _store.MaxPhysicalOffset, startClock);
            response.BodySource = new PulledRecords(result);
            if (_offsets.HasRoomFor(header.ConsumerGroup, header.Topic, header.QueueId, _options.MaxConsumerOffsetNum))
            {
                _offsets.CommitPulled(header.ConsumerGroup, header.Topic, header.QueueId, result.NextBeginOffset);
            }
        }
        else
        {
            _statistics.GotNothing();
            result.Dispose();
        }

        return response;
    }

    private PullMessageResponseHeader Header(string topic, SubscriptionGroupConfig group, long next, long min, long max) => new()
    {
        SuggestWhichBrokerId = group.BrokerId,
        NextBeginOffset = next,
        MinOffset = min,
        MaxOffset = max,
        TopicSysFlag = _topics.Get(topic)?.TopicSysFlag ?? 0,
        GroupSysFlag = group.GroupSysFlag,
    };

    private void CommitOffset(PullMessageRequestHeader header)
    {
        if ((header.SysFlag & PullFlags.CommitOffset) != 0
            && _topics.TryGet(header.Topic, out _)
            && header.CommitOffset >= 0
            && _offsets.HasRoomFor(header.ConsumerGroup, header.Topic, header.QueueId, _options.MaxConsumerOffsetNum)
            && !_offsets.HasReset(header.ConsumerGroup, header.Topic, header.QueueId))
        {
            _offsets.Commit(header.ConsumerGroup, header.Topic, header.QueueId, header.CommitOffset);
        }
    }

    private enum PullOutcome
    {
        Answered,

        /// <summary>Nothing there yet: the pull waits if it may.</summary>
        Waits,
    }
}
