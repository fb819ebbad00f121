using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping;

/// <summary>NOTIFICATION (200054): tells when something can be popped, now or within the time the client waits.</summary>
internal sealed class NotificationHandler(
    PopGuard guard, PopStart starts, ParkedRequests parked, TopicTable topics, Lane coldReads, TimeProvider time) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<NotificationRequestHeader>();
        if (guard.Check("peeking", header.Topic, header.QueueId, header.ConsumerGroup, out _) is { } refusal)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(refusal.Code, new NotificationResponseHeader(), refusal.Reason));
        }

        var bornMs = header.BornTime > 0 ? header.BornTime : time.GetUtcNow().ToUnixTimeMilliseconds();
        var queue = new PopQueue(header.Topic, header.ConsumerGroup, header.QueueId);
        var notification = new ParkedRequest(
            context.Park(), queue, null, bornMs + header.PollTime, () => IsLoaded(header), ParkedRequest.BareSize, request => ValueTask.FromResult(Answer(header, request)));
        return IsLoaded(header) ? notification.AnswerAsync() : coldReads.AnswerAsync(context.Connection, notification.AnswerAsync);
    }

    private RemotingCommand? Answer(NotificationRequestHeader header, ParkedRequest request)
    {
        if (HasMessages(header))
        {
            return Reply(hasMessages: true);
        }

        var outcome = header.PollTime > 0 ? parked.Park(request) : ParkOutcome.Over;
        if (outcome != ParkOutcome.Parked)
        {
            return Reply(hasMessages: false, outcome == ParkOutcome.Full);
        }

        parked.WakeForNews(request, () => HasMessages(header));
        return null;
    }

    private static RemotingCommand Reply(bool hasMessages, bool isFull = false) =>
        RemotingCommand.Response(ResponseCode.Success, new NotificationResponseHeader { HasMsg = hasMessages, PollingFull = isFull });

    /// <summary>Whether looking opens no files.</summary>
    private bool IsLoaded(NotificationRequestHeader header) => Queues(header).All(queue => starts.IsLoaded(queue));

    private IEnumerable<PopQueue> Queues(NotificationRequestHeader header) =>
        PopBacklog.Queues(topics, header.Topic, header.ConsumerGroup, header.QueueId, withRetries: true);

    private bool HasMessages(NotificationRequestHeader header)
    {
        var isOrdered = header.Order == true;
        return Queues(header)
            .Any(queue => starts.HasMessages(queue, isOrdered, header.AttemptId));
    }
}
