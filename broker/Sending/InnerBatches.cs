using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// Whether a message may say that it is a batch in one record (sysFlag 0x80, property INNER_NUM): the two go together, and only the queues
/// of a topic with queue.type=BatchCQ can count what is in it.
/// </summary>
internal sealed class InnerBatches(TopicTable topics)
{
    private const string BatchQueues = "BatchCQ";

    /// <returns><see langword="null"/> when it may be stored.</returns>
    public Refusal? Refuse(in MessageDraft draft)
    {
        if ((draft.SysFlag & MessageSysFlag.InnerBatch) == 0)
        {
            return PropertyText.TryFind(draft.Properties, PropertyNames.Utf8.InnerBatchSize, out _)
                ? Illegal("property INNER_NUM without sysFlag 0x80: only a batch that is one record has it")
                : null;
        }

        return topics.Get(draft.Topic)?.Attributes.GetValueOrDefault(TopicAttributes.QueueType) == BatchQueues
            ? null
            : Illegal($"sysFlag 0x80 (a batch in one record) to topic {draft.Topic}, whose queue.type is not {BatchQueues}: send it as SEND_BATCH_MESSAGE");
    }

    private static Refusal Illegal(string reason) => new(ResponseCode.MessageIllegal, $"the message is illegal: {reason}");
}
