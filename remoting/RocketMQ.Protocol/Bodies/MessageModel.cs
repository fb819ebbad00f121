namespace RocketMQ.Protocol.Bodies;

/// <summary>Whether every consumer of a group gets a message, or one of them.</summary>
public enum MessageModel
{
    Broadcasting,
    Clustering,
}
