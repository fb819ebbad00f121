using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>CHANGE_MESSAGE_INVISIBLETIME (200053).</summary>
internal sealed class ChangeInvisibleTimeHandler(InvisibleTimes times, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ChangeInvisibleTimeRequestHeader>();
        var change = new InvisibleTimeChange(header.Topic, header.ConsumerGroup, header.QueueId, header.Offset, header.ExtraInfo, header.InvisibleTime);
        return times.IsLoaded(change.Topic, change.QueueId) ? ChangeAsync(change) : coldReads.AnswerAsync(context.Connection, () => ChangeAsync(change));
    }

    private async ValueTask<RemotingCommand?> ChangeAsync(InvisibleTimeChange change)
    {
        var result = await times.ChangeAsync(change).ConfigureAwait(false);
        var header = new ChangeInvisibleTimeResponseHeader { PopTime = result.PopTimeMs, InvisibleTime = result.InvisibleMs, ReviveQid = result.ReviveQueueId };
        return result.Refusal?.ToResponse(header) ?? RemotingCommand.Response(ResponseCode.Success, header);
    }
}
