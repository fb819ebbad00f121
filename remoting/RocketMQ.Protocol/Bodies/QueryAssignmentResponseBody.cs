namespace RocketMQ.Protocol.Bodies;

/// <summary>Reply to QUERY_ASSIGNMENT (400).</summary>
public sealed record QueryAssignmentResponseBody
{
    public HashSet<MessageQueueAssignment> MessageQueueAssignments { get; init; } = [];
}
