using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>A record on its way to another queue.</summary>
public static class RecordCopy
{
    /// <summary>A draft of all that the record's producer gave; it borrows the record's bytes.</summary>
    public static MessageDraft To(string topic, int queueId, in MessageRecord record, MessageHost storeHost) => new()
    {
        Topic = topic,
        QueueId = queueId,
        Flag = record.Flag,
        SysFlag = record.SysFlag,
        BornTimestamp = record.BornTimestamp,
        BornHost = record.BornHost,
        StoreHost = storeHost,
        ReconsumeTimes = record.ReconsumeTimes,
        Body = record.Body,
        Properties = record.Properties,
    };
}
