namespace RocketMQ.Client.Producing;

/// <summary>A message, or a batch of one topic, as it goes over the wire; the same at every attempt.</summary>
internal sealed record OutgoingMessage
{
    public required string Topic { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>UTF-8, as stored.</summary>
    public required ReadOnlyMemory<byte> Properties { get; init; }

    public required int SysFlag { get; init; }

    public required int Flag { get; init; }

    public required long BornTimestamp { get; init; }

    /// <summary>Of a batch, those of its messages joined by commas.</summary>
    public required string MessageId { get; init; }

    public bool IsBatch { get; init; }

    /// <summary>An answer to a request, which the broker passes on to the requester.</summary>
    public bool IsReply { get; init; }
}
