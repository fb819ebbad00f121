using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Popping;

/// <summary>Tells when something can be popped, now or within the time the client waits.</summary>
internal sealed class Notifications(PopGuard guard, PopStart starts, ParkedRequests parked, TopicTable topics, TimeProvider time)
{
    /// <summary>Begins to look; the first look answers, or has the request wait.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="waiter">Who has the answer, where it waits.</param>
    /// <param name="refusal">Why there is none.</param>
    public ParkedRequest<NotificationResult>? Begin(NotificationRequest request, IWaiter<NotificationResult> waiter, out Refusal? refusal)
    {
        refusal = guard.Check("peeking", request.Topic, request.QueueId, request.Group, out _);
        if (refusal is not null)
        {
            return null;
        }

        var bornMs = request.BornMs > 0 ? request.BornMs : time.GetUtcNow().ToUnixTimeMilliseconds();
        return new ParkedRequest<NotificationResult>(
            waiter, new PopQueue(request.Topic, request.Group, request.QueueId), null, bornMs + request.WaitMs, () => IsLoaded(request),
            ParkedRequest.BareSize, again => ValueTask.FromResult(Look(request, again)));
    }

    private NotificationResult? Look(NotificationRequest request, ParkedRequest again)
    {
        if (HasMessages(request))
        {
            return new NotificationResult(HasMessages: true, IsFull: false);
        }

        var outcome = request.WaitMs > 0 ? parked.Park(again) : ParkOutcome.Over;
        if (outcome != ParkOutcome.Parked)
        {
            return new NotificationResult(HasMessages: false, outcome == ParkOutcome.Full);
        }

        parked.WakeForNews(again, () => HasMessages(request));
        return null;
    }

    /// <summary>Whether looking opens no files.</summary>
    private bool IsLoaded(NotificationRequest request) => Queues(request).All(queue => starts.IsLoaded(queue));

    private bool HasMessages(NotificationRequest request) =>
        Queues(request).Any(queue => starts.HasMessages(queue, request.IsOrdered, request.AttemptId));

    private IEnumerable<PopQueue> Queues(in NotificationRequest request) =>
        PopBacklog.Queues(topics, request.Topic, request.Group, request.QueueId, withRetries: true);
}
