using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Popping;

/// <summary>Whether the consumers of a group pull a topic or pop it, kept in <c>config/messageRequestMode.json</c>.</summary>
public sealed class MessageRequestModes
{
    private readonly BrokerOptions _options;
    private readonly ConfigFile _file;
    private readonly Lock _writeLock = new();
    private readonly ConcurrentDictionary<(string Topic, string Group), SetMessageRequestModeRequestBody> _modes = new();

    public MessageRequestModes(BrokerOptions options, ConfigFile file)
    {
        _options = options;
        _file = file;
        var stored = file.Load(static json => RemotingJson.Deserialize<MessageRequestModeSerializeWrapper>(json.Span));
        foreach (var mode in stored?.MessageRequestModeMap.Values.SelectMany(groups => groups.Values) ?? [])
        {
            _modes[(mode.Topic, mode.ConsumerGroup)] = mode;
        }
    }

    /// <summary>What was set, else the default. Retry topics are always pulled.</summary>
    public SetMessageRequestModeRequestBody Of(string topic, string group)
    {
        if (_modes.TryGetValue((topic, group), out var mode))
        {
            return mode;
        }

        var byDefault = SystemTopics.IsRetry(topic) ? MessageRequestMode.Pull : _options.DefaultMessageRequestMode;
        return new SetMessageRequestModeRequestBody
        {
            Topic = topic,
            ConsumerGroup = group,
            Mode = byDefault,
            PopShareQueueNum = byDefault == MessageRequestMode.Pop ? _options.DefaultPopShareQueueNum : 0,
        };
    }

    /// <summary>Sets a mode and writes the file: not for a loop thread.</summary>
    /// <returns><see langword="null"/>, or why it was not set.</returns>
    public string? Set(SetMessageRequestModeRequestBody mode)
    {
        lock (_writeLock)
        {
            if (_modes.Count >= _options.MaxMessageRequestModeNum && !_modes.ContainsKey((mode.Topic, mode.ConsumerGroup)))
            {
                return Reached.Limit("request modes", "maxMessageRequestModeNum", _options.MaxMessageRequestModeNum);
            }

            _modes[(mode.Topic, mode.ConsumerGroup)] = mode;
            _file.Save(RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty));
            return null;
        }
    }

    /// <summary>What the file and GET_ALL_MESSAGE_REQUEST_MODE hold.</summary>
    public MessageRequestModeSerializeWrapper Snapshot() => new()
    {
        MessageRequestModeMap = _modes.Values
            .GroupBy(mode => mode.Topic)
            .ToDictionary(topic => topic.Key, topic => topic.ToDictionary(mode => mode.ConsumerGroup)),
    };
}
