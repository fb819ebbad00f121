using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// Batches that are one record (sysFlag 0x80, property INNER_NUM): only the queues of a topic with queue.type=BatchCQ can count what is in it. Such a
/// record is made of a batch that names itself by an id, as every 5.x client's does; of any other each message becomes a record, as in other topics.
/// </summary>
internal sealed class InnerBatches(TopicTable topics)
{
    /// <summary>Most messages of a batch: what a unit of its queue counts to.</summary>
    private const int MaxMessages = short.MaxValue;

    /// <summary>Whether a message may say that it is such a batch; what only the broker can know of it is taken out.</summary>
    /// <returns><see langword="null"/> when it may be stored.</returns>
    public Refusal? Refuse(ref MessageDraft draft)
    {
        var isCounted = PropertyText.TryFind(draft.Properties, PropertyNames.Utf8.InnerBatchSize, out var number);
        if ((draft.SysFlag & MessageSysFlag.InnerBatch) == 0)
        {
            return isCounted ? Illegal("property INNER_NUM without sysFlag 0x80: only a batch that is one record has it") : null;
        }

        if (topics.QueueTypeOf(draft.Topic) != QueueType.BatchCQ)
        {
            return Illegal($"sysFlag 0x80 (a batch in one record) to topic {draft.Topic}, whose queue.type is not BatchCQ: send it as SEND_BATCH_MESSAGE, without a delay");
        }

        if (isCounted && !(Utf8Parser.TryParse(number, out short _, out var used) && used == number.Length))
        {
            return new Refusal(
                RefusalKind.SystemError,
                $"property INNER_NUM is '{Encoding.UTF8.GetString(number[..Math.Min(number.Length, 32)])}': a batch has up to {MaxMessages} messages");
        }

        draft.Properties = PropertyEdit.Remove(draft.Properties, PropertyNames.Utf8.InnerBatchBase);
        return null;
    }

    /// <summary>The id of a batch that is to be one record; <see langword="null"/> when its messages are to be records of their own.</summary>
    public static string? IdOf(TopicConfig topic, ReadOnlySpan<byte> properties) =>
        TopicAttributes.QueueTypeOf(topic) == QueueType.BatchCQ && PropertyText.TryFind(properties, PropertyNames.Utf8.UniqueKey, out var id)
            ? Encoding.UTF8.GetString(id)
            : null;

    /// <summary>Makes a batch one record: what it says of its own number is replaced.</summary>
    /// <param name="draft">The batch as it was sent.</param>
    /// <param name="stamp">The properties that the broker adds.</param>
    /// <returns><see langword="null"/>, or what is wrong with its body.</returns>
    public static Refusal? Make(ref MessageDraft draft, ReadOnlySpan<byte> stamp)
    {
        if (draft.Body.Length != draft.BodyLength)
        {
            var whole = new byte[draft.BodyLength];
            draft.Body.CopyTo(whole);
            System.Buffers.BuffersExtensions.CopyTo(draft.MoreBody, whole.AsSpan(draft.Body.Length));
            draft.Body = whole;
            draft.MoreBody = default;
        }

        if (!BatchBody.TryCount(draft.Body, out var count) || count == 0)
        {
            return new Refusal(RefusalKind.SystemError, count == 0 && draft.Body.IsEmpty ? "the batch is empty" : "the batch body is not made of whole messages");
        }

        if (count > MaxMessages)
        {
            return new Refusal(
                RefusalKind.SystemError, $"the batch has {count} messages, a batch to a topic with queue.type=BatchCQ has up to {MaxMessages}: send fewer at once");
        }

        draft.SysFlag |= MessageSysFlag.InnerBatch | MessageSysFlag.NeedUnwrap;
        draft.Properties = PropertyEdit.Remove(draft.Properties, PropertyNames.Utf8.InnerBatchSize);
        draft.MoreProperties = PropertyEdit.Set(
            stamp, PropertyNames.Utf8.InnerBatchSize, Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture)));
        return null;
    }

    private static Refusal Illegal(string reason) => new(RefusalKind.MessageIllegal, $"the message is illegal: {reason}");
}
