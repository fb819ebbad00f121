using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Locks thousands of queues of ever new groups.</summary>
internal sealed class Lockers : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) => Target.FloodAsync(
        target.Broker,
        i => RemotingCommand.Request(RequestCode.LockBatchMq, body: RemotingJson.Serialize(new LockBatchRequestBody
        {
            ConsumerGroup = $"hostile-{i}",
            ClientId = "hostile",
            MqSet = [.. Enumerable.Range(0, 2_000).Select(queue => new MessageQueue("GoodTopic", "broker-a", queue))],
        })),
        cancellationToken);
}
