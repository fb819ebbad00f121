using RocketMQ.Client.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>CONSUME_MESSAGE_DIRECTLY (309): an operator has one message consumed once more. Runs application code: on a lane.</summary>
internal sealed class ConsumeDirectlyHandler(GroupTable groups) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ConsumeMessageDirectlyResultRequestHeader>();
        var message = StoredMessage.ReadAll(context.Request.Body.FirstSpan)[0];
        var result = groups.Consumer(header.ConsumerGroup) is { } consumer
            ? await consumer.ConsumeDirectlyAsync(message, header.BrokerName, cancellationToken).ConfigureAwait(false)
            : null;
        return result is null
            ? RemotingCommand.Response(ResponseCode.SystemError, $"The Consumer Group <{header.ConsumerGroup}> not exist in this consumer")
            : RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(result));
    }
}
