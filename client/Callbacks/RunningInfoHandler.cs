using RocketMQ.Client.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>GET_CONSUMER_RUNNING_INFO (307): what a consumer is doing. There is no thread dump to ask for.</summary>
internal sealed class RunningInfoHandler(GroupTable groups) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var group = context.Request.ReadHeader<GetConsumerRunningInfoRequestHeader>().ConsumerGroup;
        return new(groups.Consumer(group) is { } consumer
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(consumer.RunningInfo()))
            : RemotingCommand.Response(ResponseCode.SystemError, $"The Consumer Group <{group}> not exist in this consumer"));
    }
}
