namespace RocketMQ.Broker.Popping;

/// <summary>What a pop took of one queue.</summary>
/// <param name="Topic">The queue's own topic: the one that was asked for, or a retry topic.</param>
/// <param name="QueueId">The queue.</param>
/// <param name="StartOffset">Where the pop began in it.</param>
/// <param name="Offsets">The messages.</param>
/// <param name="PoppedBefore">Of an ordered pop, how often those were popped before that were.</param>
internal sealed record PoppedQueue(
    string Topic, int QueueId, long StartOffset, IReadOnlyList<long> Offsets, IReadOnlyDictionary<long, int>? PoppedBefore);
