using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Topics and groups that have one hash, looked up and committed.</summary>
internal sealed class CollidingKeys : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) => Task.WhenAll(
        Target.FloodAsync(target.Broker, i => Requests.GetMaxOffset(Names.Colliding(i), i % 2 == 0 ? 0 : 65_535), cancellationToken),
        Target.FloodAsync(target.Broker, QueryOffset, cancellationToken),
        Target.FloodAsync(target.NameServer, i => RemotingCommand.Request(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = Names.Colliding(i) }), cancellationToken));

    private static RemotingCommand QueryOffset(int i) => i % 2 == 0
        ? RemotingCommand.Request(
            RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = Names.Colliding(i), Topic = Names.Colliding(i + 1), QueueId = i % 9 })
        : RemotingCommand.Request(
            RequestCode.UpdateConsumerOffset,
            new UpdateConsumerOffsetRequestHeader { ConsumerGroup = Names.Colliding(i), Topic = "GoodTopic", QueueId = i, CommitOffset = -i });
}
