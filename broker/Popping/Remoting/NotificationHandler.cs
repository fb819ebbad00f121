using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>NOTIFICATION (200054).</summary>
internal sealed class NotificationHandler(Notifications notifications, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<NotificationRequestHeader>();
        var request = new NotificationRequest(
            header.Topic, header.ConsumerGroup, header.QueueId, header.PollTime, header.BornTime, header.Order == true, header.AttemptId);
        var waiter = new RemotingWaiter<NotificationResult>(context.Park(), Encode, PopReplies.Failed);
        if (notifications.Begin(request, waiter, out var refusal) is not { } notification)
        {
            return ValueTask.FromResult<RemotingCommand?>(refusal!.ToResponse(new NotificationResponseHeader()));
        }

        return notification.MayBlock ? coldReads.AnswerAsync(context.Connection, () => AnswerAsync(notification)) : AnswerAsync(notification);
    }

    private static async ValueTask<RemotingCommand?> AnswerAsync(ParkedRequest<NotificationResult> notification) =>
        await notification.AnswerAsync().ConfigureAwait(false) is { } result ? Encode(result) : null;

    private static RemotingCommand Encode(NotificationResult result) => RemotingCommand.Response(
        ResponseCode.Success, new NotificationResponseHeader { HasMsg = result.HasMessages, PollingFull = result.IsFull });
}
