using System.Text;
using System.Text.Json.Serialization;

namespace RocketMQ.Interop.Tests;

/// <summary>What a producer is told to send; see node/producer.js.</summary>
public sealed record OutgoingMessage(string Topic, string? Body = null)
{
    public string? Tag { get; init; }

    public string[]? Keys { get; init; }

    public string? BodyBase64 { get; init; }

    public Dictionary<string, string>? Properties { get; init; }

    public int DelayLevel { get; init; }
}

/// <summary>What the client made of the broker's reply.</summary>
public sealed record SentMessage(string MsgId, string BrokerName, int QueueId, long QueueOffset, string SendStatus);

/// <summary>A message as the client's listener saw it. Times are milliseconds since 1970.</summary>
public sealed record ReceivedMessage(
    long At,
    bool Refused,
    string MsgId,
    string Topic,
    string? Tag,
    string? Keys,
    int QueueId,
    long QueueOffset,
    int ReconsumeTimes,
    long BornTimestamp,
    long StoreTimestamp,
    Dictionary<string, string?> Properties,
    string BodyBase64)
{
    [JsonIgnore]
    public byte[] Bytes => Convert.FromBase64String(BodyBase64);

    [JsonIgnore]
    public string Body => Encoding.UTF8.GetString(Bytes);
}

/// <summary>How a consumer subscribes; see node/consumer.js.</summary>
public sealed record ConsumerSettings(string Topic)
{
    /// <summary>Tags, <c>A || B</c>; all when null.</summary>
    public string? Expression { get; init; }

    public string? Sql { get; init; }

    public bool Broadcast { get; init; }

    /// <summary>How often each message is refused before it is taken.</summary>
    public int FailTimes { get; init; }

    /// <summary>How often a refused message may come back; the client's own default when null.</summary>
    public int? MaxReconsumeTimes { get; init; }
}
