namespace RocketMQ.Protocol.Bodies;

/// <summary>Whether messages of a topic have one tag or several (no client sends several).</summary>
public enum TopicFilterType
{
    SingleTag,
    MultiTag,
}
