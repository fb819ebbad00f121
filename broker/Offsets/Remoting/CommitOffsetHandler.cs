using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>UPDATE_CONSUMER_OFFSET (15).</summary>
public sealed class CommitOffsetHandler(OffsetCommits commits) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<UpdateConsumerOffsetRequestHeader>();
        var refusal = commits.Commit(header.ConsumerGroup, header.Topic, header.QueueId, header.CommitOffset, out var wasReset);
        return ValueTask.FromResult<RemotingCommand?>(
            refusal?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success, wasReset ? "Offset has been previously reset" : null));
    }
}
