namespace RocketMQ.Client;

/// <summary>A message to send.</summary>
/// <example><code>new Message("Orders", Encoding.UTF8.GetBytes("42")) { Tag = "Paid", Keys = ["order-42"] }</code></example>
public sealed record Message
{
    public Message(string topic, ReadOnlyMemory<byte> body)
    {
        Topic = topic;
        Body = body;
    }

    /// <summary>Up to 127 of <c>a–z A–Z 0–9 _ - % |</c>.</summary>
    public string Topic { get; init; }

    /// <summary>At least one byte; at most <see cref="ProducerOptions.MaxMessageBytes"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What consumers of the topic select by.</summary>
    public string? Tag { get; init; }

    /// <summary>What the message can be looked up by. No spaces within a key.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The application's own properties; SQL92 subscriptions select by them.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Messages of one key go to one queue as long as the topic's queues stay the same, and are then consumed in order.</summary>
    public string? ShardingKey { get; init; }

    /// <summary>One of the broker's delay levels, from 1; by default 1s 5s 10s 30s 1m 2m … 10m 20m 30m 1h 2h. 0: at once.</summary>
    public int DelayLevel { get; init; }

    /// <summary>Deliver after this time, to the millisecond. Not together with <see cref="DeliverAt"/> or <see cref="DelayLevel"/>.</summary>
    public TimeSpan? DelayFor { get; init; }

    /// <summary>Deliver at this time. Not together with <see cref="DelayFor"/> or <see cref="DelayLevel"/>.</summary>
    public DateTimeOffset? DeliverAt { get; init; }

    /// <summary>A number for the application's own use.</summary>
    public int Flag { get; init; }

    /// <summary>False: the broker answers before the message is as safe as its flush and replication modes make it.</summary>
    public bool WaitForStore { get; init; } = true;

    internal bool IsDelayed => DelayLevel != 0 || DelayFor is not null || DeliverAt is not null;
}
