using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Popping;

/// <summary>What a pop comes to: messages, or a refusal; also of one that found nothing in its time.</summary>
internal readonly record struct PopResult(Refusal? Refusal, PopBatch? Batch)
{
    /// <summary>Has what was found read from the disk if it is not in memory.</summary>
    public void Touch() => Batch?.Records.Touch();
}
