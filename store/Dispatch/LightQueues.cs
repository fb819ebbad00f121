using System.Buffers.Text;
using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Dispatch;

/// <summary>
/// Light queues (LMQ): a message may stand in further queues than its own, named by INNER_MULTI_DISPATCH as <c>%LMQ%a,%LMQ%b</c>; each is
/// queue 0 of a topic that nobody created. Its offset in each is assigned with the append and kept in INNER_MULTI_QUEUE_OFFSET.
/// </summary>
internal static class LightQueues
{
    private const byte Separator = (byte)',';

    private static ReadOnlySpan<byte> Prefix => "%LMQ%"u8;

    /// <summary>Whether a message to be appended names light queues. The broker's own topics list theirs once the message leaves them.</summary>
    public static bool AreNamedBy(in MessageDraft draft) =>
        MayName(draft.Topic) && draft.Topic is not ("RMQ_SYS_TRANS_HALF_TOPIC" or "TRANS_CHECK_MAX_TIME_TOPIC")
        && PropertyText.TryFind(draft.Properties, PropertyNames.Utf8.InnerMultiDispatch, out _);

    /// <summary>The queues a message names, in order; null where a name is no light queue's.</summary>
    public static List<ConsumeQueue?> Of(ReadOnlySpan<byte> properties, QueueTable table)
    {
        var queues = new List<ConsumeQueue?>();
        if (PropertyText.TryFind(properties, PropertyNames.Utf8.InnerMultiDispatch, out var names))
        {
            foreach (var range in names.Split(Separator))
            {
                var name = names[range];
                queues.Add(name.StartsWith(Prefix) ? table.Find(name)?[0] : null);
            }
        }
        return queues;
    }

    /// <summary>Takes the next offset of each queue, as the property that says so. Under the append lock.</summary>
    public static byte[] Assign(List<ConsumeQueue?> queues)
    {
        var text = new StringBuilder(PropertyNames.InnerMultiQueueOffset).Append((char)PropertyText.NameEnd);
        for (var i = 0; i < queues.Count; i++)
        {
            text.Append(i > 0 ? "," : "");
            if (queues[i] is { } queue)
            {
                text.Append(queue.NextAppendOffset++);
            }
        }
        return Encoding.UTF8.GetBytes(text.Append((char)PropertyText.ValueEnd).ToString());
    }

    /// <summary>Gives the offsets back that an append that failed had taken. Under the append lock.</summary>
    public static void Return(List<ConsumeQueue?> queues)
    {
        foreach (var queue in queues.OfType<ConsumeQueue>())
        {
            queue.NextAppendOffset--;
        }
    }

    /// <summary>Reads the offsets that were assigned; −1 where there is none.</summary>
    public static List<long> Offsets(ReadOnlySpan<byte> properties)
    {
        var offsets = new List<long>();
        if (PropertyText.TryFind(properties, PropertyNames.Utf8.InnerMultiQueueOffset, out var text))
        {
            foreach (var range in text.Split(Separator))
            {
                offsets.Add(Utf8Parser.TryParse(text[range], out long offset, out _) ? offset : -1);
            }
        }
        return offsets;
    }

    /// <summary>Whether messages of a topic may name light queues at all.</summary>
    public static bool MayName(string topic) =>
        !topic.StartsWith("%RETRY%", StringComparison.Ordinal) && !topic.StartsWith("rmq_sys_", StringComparison.Ordinal)
        && topic != "SCHEDULE_TOPIC_XXXX";
}
