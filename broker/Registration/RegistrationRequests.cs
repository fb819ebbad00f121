using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Registration;

/// <summary>What a broker sends to name servers.</summary>
internal sealed class RegistrationRequests(BrokerOptions options, CurrentRole role, TopicTable topics, string brokerAddress, string haAddress)
{
    /// <summary>The broker with all its topics.</summary>
    public RemotingCommand All() => Register(topics.Snapshot());

    /// <summary>What was added to <paramref name="news"/>: one request, or with <c>enableSingleTopicRegister</c> one a topic.</summary>
    public IEnumerable<RemotingCommand> Of(TopicNews.Batch news, DataVersion version)
    {
        TopicConfig[] changed = [.. news.Topics.Select(topics.Get).OfType<TopicConfig>()];
        return options.EnableSingleTopicRegister ? changed.Select(RegisterTopic)
            : changed.Length == 0 ? []
            : [Register(new TopicConfigSerializeWrapper { DataVersion = version, TopicConfigTable = changed.ToDictionary(t => t.TopicName) })];
    }

    /// <summary>The broker is gone.</summary>
    public RemotingCommand Unregister() => RemotingCommand.Request(RequestCode.UnregisterBroker, new UnRegisterBrokerRequestHeader
    {
        BrokerName = options.BrokerName,
        BrokerAddr = brokerAddress,
        ClusterName = options.BrokerClusterName,
        BrokerId = role.BrokerId,
    });

    private RemotingCommand Register(TopicConfigSerializeWrapper registered)
    {
        var content = new RegisterBrokerBody
        {
            TopicConfigSerializeWrapper = new TopicConfigAndMappingSerializeWrapper
            {
                DataVersion = registered.DataVersion,
                TopicConfigTable = registered.TopicConfigTable.ToDictionary(t => t.Key, t => Allowed(t.Value)),
            },
        };
        var body = options.CompressedRegister ? CompressedRegisterBrokerBody.Write(content) : RemotingJson.Serialize(content);
        var header = new RegisterBrokerRequestHeader
        {
            BrokerName = options.BrokerName,
            BrokerAddr = brokerAddress,
            ClusterName = options.BrokerClusterName,
            HaServerAddr = haAddress,
            BrokerId = role.BrokerId,
            Compressed = options.CompressedRegister,
            BodyCrc32 = MessageCrc.OfBody(body),
        };
        return RemotingCommand.Request(RequestCode.RegisterBroker, header, body);
    }

    private RemotingCommand RegisterTopic(TopicConfig topic)
    {
        var route = new TopicRouteData
        {
            QueueDatas =
            [
                new QueueData
                {
                    BrokerName = options.BrokerName,
                    ReadQueueNums = topic.ReadQueueNums,
                    WriteQueueNums = topic.WriteQueueNums,
                    Perm = Allowed(topic).Perm,
                    TopicSysFlag = topic.TopicSysFlag,
                },
            ],
        };
        return RemotingCommand.Request(
            RequestCode.RegisterTopicInNamesrv, new RegisterTopicRequestHeader { Topic = topic.TopicName }, RemotingJson.Serialize(route));
    }

    /// <summary>A route carries what clients may do: the topic's permission as far as the broker's allows it.</summary>
    private TopicConfig Allowed(TopicConfig topic) =>
        TopicPermission.CanWrite(options.BrokerPermission) && TopicPermission.CanRead(options.BrokerPermission)
            ? topic
            : topic with { Perm = topic.Perm & (options.BrokerPermission | TopicPermission.Inherit) };
}
