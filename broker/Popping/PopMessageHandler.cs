using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// POP_MESSAGE (200050): messages from any of a topic's queues and from the group's retry topics, hidden from the group for a time.
/// A pop that finds nothing waits as long as it asked to. One that may have to read from the disk is served by a lane.
/// </summary>
internal sealed class PopMessageHandler : IRequestHandler
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
    private readonly Lane _coldReads;
    private readonly TimeProvider _time;
    private uint _popCount;

    public PopMessageHandler(
        BrokerOptions options, PopGuard guard, PopReader reader, PopStart starts, ReviveLog log, ParkedRequests parked,
        MessageFilterCache filters, TopicTable topics, Lane coldReads, TimeProvider time)
    {
        _options = options;
        _guard = guard;
        _reader = reader;
        _starts = starts;
        _log = log;
        _parked = parked;
        _filters = filters;
        _topics = topics;
        _coldReads = coldReads;
        _time = time;
    }

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<PopMessageRequestHeader>();
        if (header.BornTime == 0)
        {
            header.BornTime = NowMs;
        }

        if (Check(header) is { } refusal)
        {
            return Done(RemotingCommand.Response(refusal.Code, new PopMessageResponseHeader(), refusal.Reason));
        }

        PullFilter? filter = null;
        if (!string.IsNullOrEmpty(header.Exp))
        {
            if (!_filters.TryGet(header.ExpType, header.Exp, out var compiled, out var reason))
            {
                return Done(RemotingCommand.Response(
                    ResponseCode.SubscriptionParseFailed, new PopMessageResponseHeader(), $"parse the consumer's subscription failed: {reason}"));
            }

            filter = PullFilter.For(compiled);
        }

        var queue = new PopQueue(header.Topic, header.ConsumerGroup, header.QueueId);
        var pop = new ParkedRequest(context.Park(), queue, filter, header.BornTime + header.PollTime, () => IsHot(header), SizeOf(header), again => AnswerAsync(header, again));
        return IsHot(header) ? pop.AnswerAsync() : _coldReads.AnswerAsync(context.Connection, () => AnswerColdAsync(pop));
    }

    private static long SizeOf(PopMessageRequestHeader header) => ParkedRequest.BareSize + sizeof(char) * ((long)(header.Exp?.Length ?? 0) + (header.ExpType?.Length ?? 0));

    private bool IsHot(PopMessageRequestHeader header) => Queues(header).All(each => _starts.IsHot(each));

    /// <summary>On a lane: the thread that reads requests has others to serve, and does not wait for the disk.</summary>
    private static async ValueTask<RemotingCommand?> AnswerColdAsync(ParkedRequest pop)
    {
        var response = await pop.AnswerAsync().ConfigureAwait(false);
        (response?.BodySource as PoppedRecords)?.Touch();
        return response;
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private Refusal? Check(PopMessageRequestHeader header)
    {
        if (NowMs - header.BornTime - header.PollTime > LostAfterMs)
        {
            return new Refusal(
                ResponseCode.PollingTimeout,
                $"the broker[{_options.BrokerIP1}] pop message is timeout too much: it was more than {LostAfterMs} ms longer on its way than its pollTime of {header.PollTime} ms");
        }

        if (header.Order != true && PopTopics.RetryV1(header.Topic, header.ConsumerGroup).Length > SystemTopics.MaxGroupLength)
        {
            return new Refusal(
                ResponseCode.InvalidParameter,
                $"topic {header.Topic} and group {header.ConsumerGroup} can't be popped: what is not acknowledged goes to %RETRY%group_topic, which may be no longer than {SystemTopics.MaxGroupLength} characters. Choose a shorter group, or pull.");
        }

        return header.MaxMsgNums > MaxMessages
            ? new Refusal(ResponseCode.InvalidParameter, $"the broker[{_options.BrokerIP1}] pop message's num is greater than {MaxMessages}")
            : _guard.Check("pop", header.Topic, header.QueueId, header.ConsumerGroup, out _);
    }

    /// <returns>The answer, or null when the pop waits.</returns>
    private ValueTask<RemotingCommand?> AnswerAsync(PopMessageRequestHeader header, ParkedRequest pop)
    {
        var batch = Pop(header, pop.Filter);
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
            return Done(RemotingCommand.Response(refusal.Code, batch.ToHeader(), refusal.Reason));
        }

        var outcome = header.PollTime > 0 ? _parked.Park(pop) : ParkOutcome.Over;
        if (outcome == ParkOutcome.Parked)
        {
            if (pop.Looks <= MaxLooksAhead)
            {
                _parked.WakeForNews(pop, () => HasMessages(header));
            }

            return Done(null);
        }

        var code = outcome == ParkOutcome.Full ? ResponseCode.PollingFull : ResponseCode.PollingTimeout;
        return Done(RemotingCommand.Response(code, batch.ToHeader(), "NO_MESSAGE_IN_QUEUE"));
    }

    private ValueTask<RemotingCommand?> Found(PopBatch batch)
    {
        var response = RemotingCommand.Response(ResponseCode.Success, batch.ToHeader(), "FOUND");
        response.BodySource = batch.Records;
        if (batch.LastCheckPoint is not { } checkPoint)
        {
            return Done(response);
        }

        var stored = _log.WaitStoredAsync(checkPoint);
        return stored.IsCompletedSuccessfully ? Done(HandOut(stored.Result, response)) : HandOutAsync(stored, response);
    }

    private static async ValueTask<RemotingCommand?> HandOutAsync(ValueTask<Durability> stored, RemotingCommand response) =>
        HandOut(await stored.ConfigureAwait(false), response);

    /// <summary>
    /// What hides the messages must be as safe as what acknowledges them will be. Where it is not nothing is handed out: what the checkpoints
    /// hide comes back when its time is over, or at once after a crash that takes them.
    /// </summary>
    private static RemotingCommand HandOut(in Durability durability, RemotingCommand found)
    {
        if (durability.Refuse("what hides the popped messages", "They are given out again when their invisible time is over.") is not { } late)
        {
            return found;
        }

        found.BodySource?.Dispose();
        return RemotingCommand.Response(late.Code, new PopMessageResponseHeader(), late.Reason);
    }

    /// <summary>One round: now and then the retry topics first, else the topic first and then, if there is room, the retry topics.</summary>
    private PopBatch Pop(PopMessageRequestHeader header, PullFilter? filter)
    {
        var isOrdered = header.Order == true;
        var reviveQueueId = isOrdered
            ? PopTopics.OrderedReviveQueue
            : (int)((Interlocked.Increment(ref _popCount) - 1) % (uint)Math.Max(1, _options.ReviveQueueNum));
        var batch = new PopBatch(header, filter, reviveQueueId, NowMs);
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
        var group = batch.Request.ConsumerGroup;
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

    private bool HasMessages(PopMessageRequestHeader header) =>
        Queues(header).Any(queue => _starts.HasMessages(queue, header.Order == true, header.AttemptId));

    private IEnumerable<PopQueue> Queues(PopMessageRequestHeader header) =>
        PopBacklog.Queues(_topics, header.Topic, header.ConsumerGroup, header.QueueId, withRetries: header.Order != true);

    private static ValueTask<RemotingCommand?> Done(RemotingCommand? response) => ValueTask.FromResult(response);
}
