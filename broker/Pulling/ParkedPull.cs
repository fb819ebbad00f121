using RocketMQ.Broker.Core;
using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>A pull that is not answered at once: it is to be read from the disk, or found nothing and waits for a message.</summary>
internal sealed class ParkedPull(
    IWaiter<PullResult> waiter, in PullRequest request, SubscriptionGroupConfig group, PullFilter? filter, long deadlineMs,
    Action<ParkedPull> look) : IWoken
{
    public IWaiter<PullResult> Waiter { get; } = waiter;

    public PullRequest Request { get; } = request;

    public SubscriptionGroupConfig Group { get; } = group;

    public PullFilter? Filter { get; } = filter;

    /// <summary>About what it holds, in bytes: its request, and the subscription in it.</summary>
    public long Size { get; } = 1024 + sizeof(char) * ((long)(request.Subscription?.Length ?? 0) + (request.ExpressionType?.Length ?? 0));

    /// <summary>When it is answered whatever happened, ms since 1970.</summary>
    public long DeadlineMs { get; } = deadlineMs;

    /// <summary>Its time is over: it does not wait on, whatever it finds.</summary>
    public bool IsOver { get; set; }

    /// <summary>What wakes it was just written.</summary>
    public bool MayBlock => false;

    /// <summary>Whether a message is one it waits for. A filter that can't tell says yes: the pull itself then tells why.</summary>
    public bool Wants(in DispatchedRecord message)
    {
        try
        {
            return Request.Offset <= message.QueueOffset
                && (Filter is null || (Filter.MatchesTagsCode(message.TagsCode) && Filter.MatchesRecord(message.Record)));
        }
        catch (Exception)
        {
            return true;
        }
    }

    public ValueTask LookAsync()
    {
        look(this);
        return default;
    }

    public void Fail(Exception exception) => Waiter.Fail(exception);
}
