using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>QUERY_CONSUMER_OFFSET (14).</summary>
public sealed class QueryOffsetHandler(LookUps lookUps) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QueryConsumerOffsetRequestHeader>();
        return lookUps.Queues.Committed(header.ConsumerGroup, header.Topic, header.QueueId) is { } offset ? ValueTask.FromResult<RemotingCommand?>(Found(offset))
            : header.SetZeroIfNotFound == false ? ValueTask.FromResult<RemotingCommand?>(NotFound(header.ConsumerGroup))
            : lookUps.AnswerAsync(
                context.Connection, header.Topic, header.QueueId,
                () => lookUps.Queues.BeginsAtZero(header.Topic, header.QueueId) ? Found(0) : NotFound(header.ConsumerGroup));
    }

    private static RemotingCommand Found(long offset) =>
        RemotingCommand.Response(ResponseCode.Success, new QueryConsumerOffsetResponseHeader { Offset = offset });

    private static RemotingCommand NotFound(string group) =>
        RemotingCommand.Response(ResponseCode.QueryNotFound, $"Not found, maybe this consumer group {group} boot first");
}
