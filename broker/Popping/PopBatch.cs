using System.Globalization;
using System.Text;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Popping;

/// <summary>One round of a pop through its queues: what was found, and what the reply says of it.</summary>
internal sealed class PopBatch(PopMessageRequestHeader request, PullFilter? filter, int reviveQueueId, long popTimeMs)
{
    private readonly StringBuilder _starts = new();
    private readonly StringBuilder _offsets = new();
    private readonly StringBuilder _orderCounts = new();

    public PopMessageRequestHeader Request { get; } = request;

    public PullFilter? Filter { get; } = filter;

    public int ReviveQueueId { get; } = reviveQueueId;

    public long PopTimeMs { get; } = popTimeMs;

    public bool IsOrdered => Request.Order == true;

    public PoppedRecords Records { get; } = new();

    /// <summary>Messages that still fit.</summary>
    public int Room => Request.MaxMsgNums - Records.Count;

    /// <summary>Messages left behind in the queues.</summary>
    public long Rest { get; set; }

    /// <summary>Why messages that were found can't be given out, if one of the queues' checkpoints was not written.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>The last checkpoint written, which must be safe before the reply goes out.</summary>
    public PublishResult? LastCheckPoint { get; set; }

    /// <summary>Notes what was popped of one queue.</summary>
    public void Note(string topic, int queueId, long startOffset, IReadOnlyList<long> offsets)
    {
        var flag = PopTopics.FlagOf(topic);
        Separated(_starts).Append(CultureInfo.InvariantCulture, $"{flag} {queueId} {startOffset}");
        Separated(_offsets).Append(CultureInfo.InvariantCulture, $"{flag} {queueId} ").AppendJoin(',', offsets);
    }

    /// <summary>Notes how often the messages of an ordered pop were popped before: each by its offset, and the least of all by its queue.</summary>
    public void NoteOrder(string topic, int queueId, IReadOnlyList<long> offsets, IReadOnlyDictionary<long, int> poppedBefore)
    {
        var flag = PopTopics.FlagOf(topic);
        foreach (var (offset, count) in poppedBefore)
        {
            Separated(_orderCounts).Append(CultureInfo.InvariantCulture, $"{flag} qo{queueId}%{offset} {count}");
        }

        var least = poppedBefore.Count == offsets.Count ? poppedBefore.Values.Min() : 0;
        Separated(_orderCounts).Append(CultureInfo.InvariantCulture, $"{flag} {queueId} {least}");
    }

    public PopMessageResponseHeader ToHeader() => new()
    {
        PopTime = PopTimeMs,
        InvisibleTime = Request.InvisibleTime,
        ReviveQid = ReviveQueueId,
        RestNum = Rest,
        StartOffsetInfo = _starts.ToString(),
        MsgOffsetInfo = _offsets.ToString(),
        OrderCountInfo = IsOrdered ? _orderCounts.ToString() : null,
    };

    private static StringBuilder Separated(StringBuilder list) => list.Length == 0 ? list : list.Append(';');
}
