using RocketMQ.Broker.Core;
using RocketMQ.Store;

namespace RocketMQ.Broker.Popping;

/// <summary>Popped messages are done: checked, and acknowledged.</summary>
internal sealed class Acks(PopGuard guard, MessageStore store, Acknowledgements acks)
{
    /// <summary>Whether a queue's bounds are known without opening files: else this is not for a thread that serves others.</summary>
    public bool IsLoaded(string topic, int queueId) => store.IsLoaded(topic, queueId);

    /// <returns><see langword="null"/>, or why it does not count.</returns>
    public ValueTask<Refusal?> AcknowledgeAsync(AckRequest request)
    {
        if (guard.CheckQueue(request.Topic, request.QueueId) is { } wrongQueue)
        {
            return Done(wrongQueue);
        }

        var (min, max) = (store.MinOffset(request.Topic, request.QueueId), store.MaxOffset(request.Topic, request.QueueId));
        if (request.Offset < min || request.Offset > max)
        {
            return Done(new Refusal(
                RefusalKind.NoMessage, $"offset is illegal, key:{request.Topic}@{request.QueueId}, commit:{request.Offset}, store:{min}~{max}"));
        }

        if (!PopReceipt.TryParse(request.Receipt, out var receipt))
        {
            return Done(PopReceipt.Refuse(request.Receipt));
        }

        if (request.Group.Length == 0)
        {
            // Nobody has popped it: nothing is to be done, and that is no fault to Apache's broker.
            return Done(null);
        }

        var queue = new PopQueue(request.Topic, request.Group, request.QueueId);
        return receipt.IsOrdered
            ? Done(acks.AcknowledgeOrdered(queue, request.Offset, receipt.PopTimeMs))
            : acks.AppendAsync(queue, receipt, request.Offset);
    }

    /// <summary>Each queue counts for itself.</summary>
    /// <returns><see langword="null"/>, or the first thing that does not count.</returns>
    public async ValueTask<Refusal?> AcknowledgeAsync(IReadOnlyList<QueueAck> queues)
    {
        // All are appended before the first is waited for: they share a flush.
        var acknowledged = queues.Select(TryAcknowledgeAsync).ToList();
        Refusal? first = null;
        foreach (var ack in acknowledged)
        {
            first = await ack.ConfigureAwait(false) is { } refusal ? first ?? refusal : first;
        }

        return first;
    }

    private ValueTask<Refusal?> TryAcknowledgeAsync(QueueAck ack)
    {
        var offsets = Stored(ack);
        var queue = new PopQueue(ack.Topic, ack.Group, ack.QueueId);
        if (ack.Receipt.IsOrdered)
        {
            return Done(offsets
                .Select(offset => acks.AcknowledgeOrdered(queue, offset, ack.Receipt.PopTimeMs))
                .Aggregate((Refusal?)null, static (first, next) => first ?? next));
        }

        return offsets.Count == 0
            ? Done(null)
            : acks.AppendAsync(queue, ack.Receipt, -1, offsets);
    }

    /// <summary>The acknowledged offsets that the queue has.</summary>
    private List<long> Stored(QueueAck ack) => store.Queue(ack.Topic, ack.QueueId) is { } queue
        ? [.. ack.Offsets.Where(offset => offset >= queue.MinOffset && offset <= queue.MaxOffset)]
        : [];

    private static ValueTask<Refusal?> Done(Refusal? refusal) => ValueTask.FromResult(refusal);
}
