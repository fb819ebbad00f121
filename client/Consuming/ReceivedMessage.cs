using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client;

/// <summary>A message as a consumer gets it.</summary>
public sealed class ReceivedMessage
{
    private readonly StoredMessage _stored;

    internal ReceivedMessage(StoredMessage stored, string brokerName)
    {
        _stored = stored;
        Queue = new MessageQueue(stored.Topic, brokerName, stored.QueueId);
        Topic = stored.Properties.GetValueOrDefault(PropertyNames.RetryTopic) ?? stored.Topic;
    }

    /// <summary>The topic the message was sent to, even when it comes from the group's retry topic.</summary>
    public string Topic { get; }

    /// <summary>The queue it was read from.</summary>
    public MessageQueue Queue { get; }

    public long QueueOffset => _stored.QueueOffset;

    public ReadOnlyMemory<byte> Body => _stored.Body;

    /// <summary>What <see cref="Body"/> still is compressed with. zlib bodies come unpacked; LZ4 and zstd are left to the application.</summary>
    public BodyCompression BodyCompression => _stored.BodyCompression;

    public string? Tag => _stored.Tags;

    public IReadOnlyList<string> Keys => _stored.Keys?.Split(PropertyNames.KeySeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>All properties, the system's own among them.</summary>
    public IReadOnlyDictionary<string, string> Properties => _stored.Properties;

    public string? ShardingKey => _stored.Properties.GetValueOrDefault(PropertyNames.ShardingKey);

    /// <summary>The id the producer gave it, or the broker's when there is none.</summary>
    public string MessageId => _stored.MessageId;

    public string OffsetMessageId => _stored.OffsetMessageId;

    /// <summary>How often it was delivered to the group before and not consumed.</summary>
    public int DeliveryAttempt => _stored.ReconsumeTimes + LocalRetries;

    public DateTimeOffset BornTime => DateTimeOffset.FromUnixTimeMilliseconds(_stored.BornTimestamp);

    public DateTimeOffset StoreTime => DateTimeOffset.FromUnixTimeMilliseconds(_stored.StoreTimestamp);

    public MessageHost BornHost => _stored.BornHost;

    public int Flag => _stored.Flag;

    /// <summary>The record as the broker stored it.</summary>
    public StoredMessage Stored => _stored;

    /// <summary>Times the handler was called again without a way round by the broker.</summary>
    internal int LocalRetries { get; set; }
}
