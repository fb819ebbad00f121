using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// Pops: messages from any of a topic's queues and from the group's retry topics, hidden from the group for a time.
/// A pop that finds nothing waits as long as it asked to.
/// </summary>
internal sealed class Pops
{
    /// <summary>Most messages of one pop.</summary>
    public const int MaxMessages = 32;

    /// <summary>A request that was so long on its way, beyond the time it would have waited, has nobody listening any more.</summary>
    private const long LostAfterMs = 500;

    /// <summary>A pop that waits looks at the queues once more, for a message that came in between; but not without end.</summary>
    private const int MaxLooksAhead = 8;

    private readonly BrokerOptions _options;
    private readonly PopGuard _guard;
    private readonly PopReader _reader;
    private readonly PopStart _starts;
    private readonly ReviveLog _log;
    private readonly ParkedRequests _parked;
    private readonly MessageFilterCache _filters;
    private readonly TopicTable _topics;
    private readonly TimeProvider _time;
    private uint _popCount;

    public Pops(
        BrokerOptions options, PopGuard guard, PopReader reader, PopStart starts, ReviveLog log, ParkedRequests parked,
        MessageFilterCache filters, TopicTable topics, TimeProvider time)
    {
        _options = options;
        _guard = guard;
        _reader = reader;
        _starts = starts;
        _log = log;
        _parked = parked;
        _filters = filters;
        _topics = topics;
        _time = time;
    }

    /// <summary>Begins a pop; its first look answers it, or has it wait.</summary>
    /// <param name="asked">The pop.</param>
    /// <param name="waiter">Who has the answer, where it waits.</param>
    /// <param name="refusal">Why there is none.</param>
    public ParkedRequest<PopResult>? Begin(in PopRequest asked, IWaiter<PopResult> waiter, out Refusal? refusal)
    {
        var request = asked with { BornMs = asked.BornMs == 0 ? NowMs : asked.BornMs };
        refusal = Check(request);
        if (refusal is not null)
        {
            return null;
        }

        PullFilter? filter = null;
        if (!string.IsNullOrEmpty(request.Expression))
        {
            if (!_filters.TryGet(request.ExpressionType, request.Expression, out var compiled, out var reason))
            {
                refusal = new Refusal(RefusalKind.SubscriptionParseFailed, $"parse the consumer's subscription failed: {reason}");
                return null;
            }

            filter = PullFilter.For(compiled);
        }

        return new ParkedRequest<PopResult>(
            waiter, new PopQueue(request.Topic, request.Group, request.QueueId), filter, request.BornMs + request.WaitMs, () => IsHot(request),
            SizeOf(request), again => LookAsync(request, again));
    }

    /// <summary>How many pops of a group wait for a queue, −1 being those that take any.</summary>
    public Refusal? CountWaiting(string topic, string group, int queueId, out int count)
    {
        count = 0;
        if (_guard.Check("peeking", topic, queueId, group, out _) is { } refusal)
        {
            return refusal;
        }

        count = _parked.CountOf(new PopQueue(topic, group, queueId));
        return null;
    }

    private static long SizeOf(in PopRequest request) =>
        ParkedRequest.BareSize + sizeof(char) * ((long)(request.Expression?.Length ?? 0) + (request.ExpressionType?.Length ?? 0));

    private bool IsHot(in PopRequest request) => Queues(request).All(each => _starts.IsHot(each));

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Refusal? Check(in PopRequest request)
    {
        if (NowMs - request.BornMs - request.WaitMs > LostAfterMs)
        {
            return new Refusal(
                RefusalKind.PollingTimeout,
                $"the broker[{_options.BrokerIP1}] pop message is timeout too much: it was more than {LostAfterMs} ms longer on its way than its pollTime of {request.WaitMs} ms");
        }

        if (!request.IsOrdered && PopTopics.RetryV1(request.Topic, request.Group).Length > SystemTopics.MaxGroupLength)
        {
            return new Refusal(
                RefusalKind.InvalidParameter,
                $"topic {request.Topic} and group {request.Group} can't be popped: what is not acknowledged goes to %RETRY%group_topic, which may be no longer than {SystemTopics.MaxGroupLength} characters. Choose a shorter group, or pull.");
        }

        return request.MaxMessages > MaxMessages
            ? new Refusal(RefusalKind.InvalidParameter, $"the broker[{_options.BrokerIP1}] pop message's num is greater than {MaxMessages}")
            : _guard.Check("pop", request.Topic, request.QueueId, request.Group, out _);
    }

    /// <returns>The answer, or null when the pop waits.</returns>
    private ValueTask<PopResult?> LookAsync(PopRequest request, ParkedRequest pop)
    {
        var batch = Pop(request, pop.Filter);
        if (batch.Records.Count > 0)
        {
            if (batch.Rest > 0)
            {
                _parked.Wake(pop.Queue);
            }

            return Found(batch);
        }

        if (batch.Refusal is { } refusal)
        {
            return Done(new PopResult(refusal, batch));
        }

        var outcome = request.WaitMs > 0 ? _parked.Park(pop) : ParkOutcome.Over;
        if (outcome == ParkOutcome.Parked)
        {
            if (pop.Looks <= MaxLooksAhead)
            {
                _parked.WakeForNews(pop, () => HasMessages(request));
            }

            return Done(null);
        }

        var kind = outcome == ParkOutcome.Full ? RefusalKind.PollingFull : RefusalKind.PollingTimeout;
        return Done(new PopResult(new Refusal(kind, "NO_MESSAGE_IN_QUEUE"), batch));
    }

    private ValueTask<PopResult?> Found(PopBatch batch)
    {
        if (batch.LastCheckPoint is not { } checkPoint)
        {
            return Done(new PopResult(null, batch));
        }

        var stored = _log.WaitStoredAsync(checkPoint);
        return stored.IsCompletedSuccessfully ? Done(HandOut(stored.Result, batch)) : HandOutAsync(stored, batch);
    }

    private static async ValueTask<PopResult?> HandOutAsync(ValueTask<Durability> stored, PopBatch batch) =>
        HandOut(await stored.ConfigureAwait(false), batch);

    /// <summary>
    /// What hides the messages must be as safe as what acknowledges them will be. Where it is not nothing is handed out: what the checkpoints
    /// hide comes back when its time is over, or at once after a crash that takes them.
    /// </summary>
    private static PopResult HandOut(in Durability durability, PopBatch batch)
    {
        if (durability.Refuse("what hides the popped messages", "They are given out again when their invisible time is over.") is not { } late)
        {
            return new PopResult(null, batch);
        }

        batch.Records.Dispose();
        return new PopResult(late, null);
    }

    /// <summary>One round: now and then the retry topics first, else the topic first and then, if there is room, the retry topics.</summary>
    private PopBatch Pop(in PopRequest request, PullFilter? filter)
    {
        var isOrdered = request.IsOrdered;
        var reviveQueueId = isOrdered
            ? PopTopics.OrderedReviveQueue
            : (int)((Interlocked.Increment(ref _popCount) - 1) % (uint)Math.Max(1, _options.ReviveQueueNum));
        var batch = new PopBatch(request, filter, reviveQueueId, NowMs);
        var random = Random.Shared.Next(100);
        var isRetryFirst = random < _options.PopFromRetryProbability;
        if (isRetryFirst && !isOrdered)
        {
            PopRetries(batch, random);
        }

        PopTopic(batch, random);
        if (!isRetryFirst && !isOrdered && batch.Room > 0)
        {
            PopRetries(batch, random);
        }

        return batch;
    }

    private void PopTopic(PopBatch batch, int random)
    {
        if (batch.Request.QueueId >= 0)
        {
            _reader.Pop(batch, batch.Request.Topic, batch.Request.QueueId, isRetry: false);
        }
        else
        {
            PopAll(batch, batch.Request.Topic, random, isRetry: false);
        }
    }

    private void PopRetries(PopBatch batch, int random)
    {
        var topic = batch.Request.Topic;
        var group = batch.Request.Group;
        var (first, second) = random % 2 == 0
            ? (PopTopics.RetryV1(topic, group), PopTopics.RetryV2(topic, group))
            : (PopTopics.RetryV2(topic, group), PopTopics.RetryV1(topic, group));
        PopRetry(batch, first, random);
        PopRetry(batch, second, random);
    }

    /// <summary>Both forms are served as long as they exist, so that what one setting wrote is not lost on another.</summary>
    private void PopRetry(PopBatch batch, string retryTopic, int random)
    {
        var isV1 = PopTopics.FlagOf(retryTopic) == PopTopics.RetryV1Flag;
        if (!isV1 || !_options.EnableRetryTopicV2 || _options.RetrieveMessageFromPopRetryTopicV1)
        {
            PopAll(batch, retryTopic, random, isRetry: true);
        }
    }

    private void PopAll(PopBatch batch, string topic, int random, bool isRetry)
    {
        var queues = _topics.Get(topic)?.ReadQueueNums ?? 0;
        for (var i = 0; i < queues; i++)
        {
            _reader.Pop(batch, topic, (random + i) % queues, isRetry);
        }
    }

    private bool HasMessages(PopRequest request) =>
        Queues(request).Any(queue => _starts.HasMessages(queue, request.IsOrdered, request.AttemptId));

    private IEnumerable<PopQueue> Queues(in PopRequest request) =>
        PopBacklog.Queues(_topics, request.Topic, request.Group, request.QueueId, withRetries: !request.IsOrdered);

    private static ValueTask<PopResult?> Done(PopResult? result) => ValueTask.FromResult(result);
}
