using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Pulling;

/// <summary>A pull that found nothing and waits for a message.</summary>
internal sealed class ParkedPull(
    ReplyHandle reply, PullMessageRequestHeader header, SubscriptionGroupConfig group, PullFilter? filter, long deadlineMs)
{
    public ReplyHandle Reply { get; } = reply;

    public PullMessageRequestHeader Header { get; } = header;

    public SubscriptionGroupConfig Group { get; } = group;

    public PullFilter? Filter { get; } = filter;

    /// <summary>About what it holds, in bytes: its header, and the subscription in it.</summary>
    public long Size { get; } = 1024 + sizeof(char) * (header.Subscription?.Length ?? 0);

    /// <summary>The first queue offset that would be news to it.</summary>
    public long Offset => Header.QueueOffset;

    /// <summary>When it is answered whatever happened, ms since 1970.</summary>
    public long DeadlineMs { get; } = deadlineMs;
}
