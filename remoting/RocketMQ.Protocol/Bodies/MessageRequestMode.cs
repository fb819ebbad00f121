namespace RocketMQ.Protocol.Bodies;

/// <summary>Whether the consumers of a group pull from queues that are theirs, or pop from all.</summary>
public enum MessageRequestMode
{
    Pull,
    Pop,
}
