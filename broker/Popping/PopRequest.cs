
namespace RocketMQ.Broker.Popping;

/// <summary>Messages from any of a topic's queues and from the group's retry topics, to be hidden from the group for a time.</summary>
public readonly record struct PopRequest
{
    public required string Topic { get; init; }

    public required string Group { get; init; }

    /// <summary>Negative for all.</summary>
    public int QueueId { get; init; }

    public int MaxMessages { get; init; }

    /// <summary>How long what is popped stays hidden, in ms.</summary>
    public long InvisibleMs { get; init; }

    /// <summary>How long to wait for a message, in ms, from its birth on.</summary>
    public long WaitMs { get; init; }

    /// <summary>Ms since 1970; 0 for now.</summary>
    public long BornMs { get; init; }

    /// <summary>Where a new group begins: 1 at the end, else at the beginning.</summary>
    public int InitMode { get; init; }

    /// <summary>TAG (when absent) or SQL92.</summary>
    public string? ExpressionType { get; init; }

    public string? Expression { get; init; }

    /// <summary>Whether what is popped holds up what is behind it in its queue.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>The same again finds the messages of an ordered pop whose answer was lost.</summary>
    public string? AttemptId { get; init; }
}
