using RocketMQ.Broker.Core;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Waking;

namespace RocketMQ.Broker.Popping;

/// <summary>A pop or a notification that may wait for a message.</summary>
/// <param name="queue">What it waits for.</param>
/// <param name="filter">Which messages are none to it; null for none.</param>
/// <param name="deadlineMs">When it is answered whatever happened, ms since 1970.</param>
/// <param name="isHot">Whether looking is assumed not to wait for the disk.</param>
/// <param name="size">About what it holds, in bytes.</param>
internal abstract class ParkedRequest(PopQueue queue, PullFilter? filter, long deadlineMs, Func<bool> isHot, long size) : IWoken
{
    /// <summary>Of one that brought no expression.</summary>
    public const long BareSize = 1024;

    public PopQueue Queue { get; } = queue;

    public PullFilter? Filter { get; } = filter;

    public long DeadlineMs { get; } = deadlineMs;

    public long Size { get; } = size;

    /// <summary>How often it looked.</summary>
    public int Looks { get; protected set; }

    /// <summary>Its place among those that wait for the same; null while it does not wait.</summary>
    internal LinkedListNode<ParkedRequest>? Node { get; set; }

    internal ITimer? Timer { get; set; }

    public abstract bool IsGone { get; }

    public bool MayBlock => !isHot();

    public abstract ValueTask LookAsync();

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
/// <param name="waiter">Whom it is answered to.</param>
/// <param name="queue">What it waits for.</param>
/// <param name="filter">Which messages are none to it; null for none.</param>
/// <param name="deadlineMs">When it is answered whatever happened, ms since 1970.</param>
/// <param name="isHot">Whether looking is assumed not to wait for the disk.</param>
/// <param name="size">About what it holds, in bytes.</param>
/// <param name="look">Looks: gives the answer, or parks the request (once more) and gives null.</param>
internal sealed class ParkedRequest<T>(
    IWaiter<T> waiter, PopQueue queue, PullFilter? filter, long deadlineMs, Func<bool> isHot, long size, Func<ParkedRequest, ValueTask<T?>> look)
    : ParkedRequest(queue, filter, deadlineMs, isHot, size)
    where T : struct
{
    public override bool IsGone => waiter.IsGone;

    /// <summary>Looks: gives the answer, or null where the request waits on; then its waiter has it later.</summary>
    public ValueTask<T?> AnswerAsync()
    {
        Looks++;
        return look(this);
    }

    /// <summary>Looks, and answers unless it waits on.</summary>
    public override async ValueTask LookAsync()
    {
        if (!IsGone && await AnswerAsync().ConfigureAwait(false) is { } result)
        {
            waiter.Answer(result);
        }
    }

    public override void Fail(Exception exception) => waiter.Fail(exception);
}
