using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>ACK_MESSAGE (200051).</summary>
internal sealed class AckMessageHandler(Acks acks, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<AckMessageRequestHeader>();
        var request = new AckRequest(header.Topic, header.ConsumerGroup, header.QueueId, header.Offset, header.ExtraInfo);
        return acks.IsLoaded(request.Topic, request.QueueId) ? AcknowledgeAsync(request) : coldReads.AnswerAsync(context.Connection, () => AcknowledgeAsync(request));
    }

    private async ValueTask<RemotingCommand?> AcknowledgeAsync(AckRequest request) =>
        (await acks.AcknowledgeAsync(request).ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
}
