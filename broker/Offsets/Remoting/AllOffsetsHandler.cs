using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>GET_ALL_CONSUMER_OFFSET (43): what every group has consumed, for slaves.</summary>
internal sealed class AllOffsetsHandler(ConsumerOffsets offsets) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var topicsByGroup = offsets.Pairs.GroupBy(pair => pair.Group, pair => pair.Topic).ToDictionary(group => group.Key, group => group.ToHashSet());
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(
            ResponseCode.Success, RemotingJson.Serialize(offsets.Snapshot() with { GroupTopicMap = topicsByGroup })));
    }
}
