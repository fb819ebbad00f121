namespace RocketMQ.Protocol.Bodies;

/// <summary>Where a group begins in a queue it has no offset for.</summary>
public enum ConsumeFromWhere
{
    ConsumeFromLastOffset,
    ConsumeFromLastOffsetAndFromMinWhenBootFirst,
    ConsumeFromMinOffset,
    ConsumeFromMaxOffset,
    ConsumeFromFirstOffset,
    ConsumeFromTimestamp,
}
