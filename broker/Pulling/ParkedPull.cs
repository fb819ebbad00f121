using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Pulling;

/// <summary>A pull that found nothing and waits for a message.</summary>
internal sealed class ParkedPull(
    ReplyHandle reply, PullMessageRequestHeader header, SubscriptionGroupConfig group, PullFilter? filter, long deadlineMs,
    Action<ParkedPull> answer) : IWoken
{
    public ReplyHandle Reply { get; } = reply;

    public PullMessageRequestHeader Header { get; } = header;

    public SubscriptionGroupConfig Group { get; } = group;

    public PullFilter? Filter { get; } = filter;

    /// <summary>About what it holds, in bytes: its header, and the subscription in it.</summary>
    public long Size { get; } = 1024 + sizeof(char) * ((long)(header.Subscription?.Length ?? 0) + (header.ExpressionType?.Length ?? 0));

    /// <summary>The first queue offset that would be news to it.</summary>
    public long Offset => Header.QueueOffset;

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
            return Offset <= message.QueueOffset
                && (Filter is null || (Filter.MatchesTagsCode(message.TagsCode) && Filter.MatchesRecord(message.Record)));
        }
        catch (Exception)
        {
            return true;
        }
    }

    public ValueTask LookAsync()
    {
        answer(this);
        return default;
    }

    public void Fail(Exception exception) =>
        Reply.Reply(RemotingCommand.Response(ResponseCode.SystemError, new PullMessageResponseHeader(), $"{exception.GetType().Name}: {exception.Message}"));
}
