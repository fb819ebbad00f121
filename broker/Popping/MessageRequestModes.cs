using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Limits;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Popping;

/// <summary>Whether the consumers of a group pull a topic or pop it, kept in <c>config/messageRequestMode.json</c>.</summary>
public sealed class MessageRequestModes
{
    private readonly BrokerOptions _options;
    private readonly JournalledFile _file;
    private readonly Lock _writeLock = new();
    private long _changes;
    private readonly ConcurrentDictionary<(string Topic, string Group), SetMessageRequestModeRequestBody> _modes = new();

    public MessageRequestModes(BrokerOptions options, JournalledFile file)
    {
        _options = options;
        _file = file;
        file.Load(
            static json => RemotingJson.Deserialize<MessageRequestModeSerializeWrapper>(json.Span),
            stored =>
            {
                foreach (var mode in stored?.MessageRequestModeMap.Values.SelectMany(groups => groups.Values) ?? [])
                {
                    Store(mode);
                }
            },
            Apply,
            () => new ValueTask<byte[]?>(RemotingJson.Serialize(Snapshot(), JsonStyle.Pretty)));
    }

    /// <summary>Counts the changes since the start.</summary>
    public long Changes => Volatile.Read(ref _changes);

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

    /// <summary>Sets a mode; completes when that is durable, or with why it is not, or was not set.</summary>
    public Task<Refusal?> SetAsync(SetMessageRequestModeRequestBody mode)
    {
        lock (_writeLock)
        {
            if (_modes.Count >= _options.MaxMessageRequestModeNum && !_modes.ContainsKey((mode.Topic, mode.ConsumerGroup)))
            {
                return Task.FromResult<Refusal?>(new Refusal(
                    RefusalKind.SystemError, Reached.Limit("request modes", "maxMessageRequestModeNum", _options.MaxMessageRequestModeNum)));
            }

            return _file.WaitAsync(Change(mode));
        }
    }

    /// <summary>Makes all modes what another broker's are.</summary>
    public void Follow(IReadOnlyCollection<SetMessageRequestModeRequestBody> modes)
    {
        lock (_writeLock)
        {
            var wanted = modes.ToDictionary(mode => (mode.Topic, mode.ConsumerGroup));
            foreach (var (key, mode) in wanted)
            {
                if (_modes.GetValueOrDefault(key) != mode)
                {
                    Change(mode);
                }
            }

            foreach (var (topic, group) in _modes.Keys.Where(key => !wanted.ContainsKey(key)))
            {
                _file.Remove(new TopicGroup(topic, group).ToString());
                _modes.TryRemove((topic, group), out _);
                Interlocked.Increment(ref _changes);
            }
        }
    }

    private long Change(SetMessageRequestModeRequestBody mode)
    {
        var change = _file.Put(new TopicGroup(mode.Topic, mode.ConsumerGroup).ToString(), mode);
        Store(mode);
        Interlocked.Increment(ref _changes);
        return change;
    }

    /// <summary>A change that the file does not hold yet.</summary>
    private void Apply(string key, ReadOnlyMemory<byte>? mode)
    {
        if (mode is { } set)
        {
            Store(RemotingJson.Deserialize<SetMessageRequestModeRequestBody>(set.Span));
        }
        else if (TopicGroup.TryParse(key, out var gone))
        {
            _modes.TryRemove((gone.Topic, gone.Group), out _);
        }
    }

    private void Store(SetMessageRequestModeRequestBody mode) => _modes[(mode.Topic, mode.ConsumerGroup)] = mode;

    /// <summary>What the file and GET_ALL_MESSAGE_REQUEST_MODE hold.</summary>
    public MessageRequestModeSerializeWrapper Snapshot()
    {
        lock (_writeLock)
        {
            return new MessageRequestModeSerializeWrapper
            {
                MessageRequestModeMap = _modes.Values
                    .GroupBy(mode => mode.Topic)
                    .ToDictionary(topic => topic.Key, topic => topic.ToDictionary(mode => mode.ConsumerGroup)),
            };
        }
    }
}
