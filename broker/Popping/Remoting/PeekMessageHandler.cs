using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>PEEK_MESSAGE (200052).</summary>
internal sealed class PeekMessageHandler(Peeks peeks) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<PeekMessageRequestHeader>();
        var refusal = peeks.Peek(header.Topic, header.ConsumerGroup, header.QueueId, header.MaxMsgNums, out var result);
        return ValueTask.FromResult<RemotingCommand?>(refusal?.ToResponse(new PopMessageResponseHeader()) ?? Encode(result));
    }

    private static RemotingCommand Encode(in PeekResult result)
    {
        var header = new PopMessageResponseHeader { RestNum = result.Rest };
        if (result.Records.Count == 0)
        {
            return RemotingCommand.Response(ResponseCode.PullNotFound, header, nameof(GetStatus.NO_MESSAGE_IN_QUEUE));
        }

        var response = RemotingCommand.Response(ResponseCode.Success, header, nameof(GetStatus.FOUND));
        response.BodySource = result.Records;
        return response;
    }
}
