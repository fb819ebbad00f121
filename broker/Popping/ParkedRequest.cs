using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Waking;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping;

/// <summary>A pop or a notification that may wait for a message.</summary>
/// <param name="reply">Answers it.</param>
/// <param name="queue">What it waits for.</param>
/// <param name="filter">Which messages are none to it; null for none.</param>
/// <param name="deadlineMs">When it is answered whatever happened, ms since 1970.</param>
/// <param name="isHot">Whether looking is assumed not to wait for the disk.</param>
/// <param name="size">About what it holds, in bytes.</param>
/// <param name="look">Looks again: gives the answer, or parks the request once more and gives null.</param>
internal sealed class ParkedRequest(
    ReplyHandle reply, PopQueue queue, PullFilter? filter, long deadlineMs, Func<bool> isHot, long size,
    Func<ParkedRequest, ValueTask<RemotingCommand?>> look) : IWoken
{
    /// <summary>Of one that brought no expression.</summary>
    public const long BareSize = 1024;

    public ReplyHandle Reply { get; } = reply;

    public PopQueue Queue { get; } = queue;

    public PullFilter? Filter { get; } = filter;

    public long DeadlineMs { get; } = deadlineMs;

    public long Size { get; } = size;

    /// <summary>How often it looked.</summary>
    public int Looks { get; private set; }

    /// <summary>Its place among those that wait for the same; null while it does not wait.</summary>
    internal LinkedListNode<ParkedRequest>? Node { get; set; }

    internal ITimer? Timer { get; set; }

    public bool MayBlock => !isHot();

    /// <summary>Looks: gives the answer, or null where the request waits on.</summary>
    public ValueTask<RemotingCommand?> AnswerAsync()
    {
        Looks++;
        return look(this);
    }

    /// <summary>Looks, and answers unless it waits on.</summary>
    public async ValueTask LookAsync()
    {
        if (!Reply.Connection.IsClosed && await AnswerAsync().ConfigureAwait(false) is { } response)
        {
            (response.BodySource as PoppedRecords)?.Touch();
            Reply.Reply(response);
        }
    }

    public void Fail(Exception exception) =>
        Reply.Reply(RemotingCommand.Response(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}"));
}
