using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Brokers that are none, registered by the thousand with topics of their own, and values put into the key-value configuration.</summary>
internal sealed class Impostors : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) => Task.WhenAll(
        Target.FloodAsync(target.NameServer, Register, cancellationToken),
        Target.FloodAsync(
            target.NameServer,
            i => RemotingCommand.Request(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "HOSTILE", Key = $"k{i % 1000}", Value = new string('v', 1000) }),
            cancellationToken));

    private static RemotingCommand Register(int number)
    {
        var body = new RegisterBrokerBody
        {
            TopicConfigSerializeWrapper = new TopicConfigAndMappingSerializeWrapper
            {
                DataVersion = new DataVersion { Counter = number },
                TopicConfigTable = Enumerable.Range(0, 20).Select(i => $"impostor-{number}-{i}").ToDictionary(name => name, name => new TopicConfig { TopicName = name }),
            },
        };
        return RemotingCommand.Request(
            RequestCode.RegisterBroker,
            new RegisterBrokerRequestHeader
            {
                BrokerName = $"impostor-{number}", BrokerAddr = $"10.0.{number / 250 % 250}.{number % 250}:{10_000 + number / 62_500}", ClusterName = "Hostile", HaServerAddr = "", BrokerId = 0,
            },
            RemotingJson.Serialize(body));
    }
}
