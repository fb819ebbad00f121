using RocketMQ.Broker.Core;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Sending;

namespace RocketMQ.Broker.Popping;

/// <summary>One round of a pop through its queues: what was found, and where.</summary>
internal sealed class PopBatch(in PopRequest request, PullFilter? filter, int reviveQueueId, long popTimeMs)
{
    public PopRequest Request { get; } = request;

    public PullFilter? Filter { get; } = filter;

    public int ReviveQueueId { get; } = reviveQueueId;

    public long PopTimeMs { get; } = popTimeMs;

    public bool IsOrdered => Request.IsOrdered;

    public PoppedRecords Records { get; } = new();

    /// <summary>Messages that still fit.</summary>
    public int Room => Request.MaxMessages - Records.Count;

    /// <summary>Messages left behind in the queues.</summary>
    public long Rest { get; set; }

    /// <summary>Why messages that were found can't be given out, if one of the queues' checkpoints was not written.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>The last checkpoint written, which must be safe before the reply goes out.</summary>
    public PublishResult? LastCheckPoint { get; set; }

    /// <summary>What was taken, queue by queue.</summary>
    public List<PoppedQueue> Taken { get; } = [];
}
