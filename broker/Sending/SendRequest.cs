using System.Buffers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>A message, or a batch of them, as its producer sent it. Properties and body are borrowed until the operation waits.</summary>
public readonly record struct SendRequest
{
    public required string Topic { get; init; }

    public required string ProducerGroup { get; init; }

    /// <summary>The topic that one which is not there is made like.</summary>
    public required string DefaultTopic { get; init; }

    public int DefaultTopicQueueNums { get; init; }

    /// <summary>Negative for any.</summary>
    public int QueueId { get; init; }

    public int SysFlag { get; init; }

    public int Flag { get; init; }

    /// <summary>Ms since 1970.</summary>
    public long BornTimestamp { get; init; }

    public MessageHost BornHost { get; init; }

    public ReadOnlyMemory<byte> Properties { get; init; }

    public ReadOnlySequence<byte> Body { get; init; }

    public int ReconsumeTimes { get; init; }

    /// <summary>How often its consumer tries; <see langword="null"/> where the group says.</summary>
    public int? MaxReconsumeTimes { get; init; }

    public bool UnitMode { get; init; }

    public bool IsBatch { get; init; }

    /// <summary>A draft of it; it borrows the same bytes.</summary>
    internal MessageDraft Draft(int queueId, MessageHost storeHost)
    {
        var draft = new MessageDraft
        {
            Topic = Topic,
            QueueId = queueId,
            Flag = Flag,
            SysFlag = SysFlag,
            BornTimestamp = BornTimestamp,
            BornHost = BornHost,
            StoreHost = storeHost,
            ReconsumeTimes = ReconsumeTimes,
            Properties = Properties.Span,
        };
        draft.SetBody(Body);
        return draft;
    }
}
