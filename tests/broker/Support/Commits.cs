using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>Commits as a consumer does that has joined: a commit alone makes no group.</summary>
internal static class Commits
{
    public static async Task<RemotingCommand> CommitAsync(this TestBroker broker, string group, string topic, long offset, int queueId = 0)
    {
        await broker.CallAsync(RequestCode.GetSubscriptiongroupConfig, new GetSubscriptionGroupConfigRequestHeader { Group = group });
        return await broker.CallAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = group, Topic = topic, QueueId = queueId, CommitOffset = offset,
        });
    }
}
