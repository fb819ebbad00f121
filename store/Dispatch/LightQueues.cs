using System.Buffers.Text;
using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;
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

    /// <summary>
    /// The queues a message names, in order, null where a name is no light queue's; null altogether when that would make more of them than
    /// <paramref name="max"/>.
    /// </summary>
    public static List<ConsumeQueue?>? ToBeListedIn(ReadOnlySpan<byte> properties, QueueTable table, int max)
    {
        var queues = new List<ConsumeQueue?>();
        if (PropertyText.TryFind(properties, PropertyNames.Utf8.InnerMultiDispatch, out var names))
        {
            foreach (var range in names.Split(Separator))
            {
                var name = names[range];
                var isLight = IsLight(name);
                if (isLight && !table.Knows(name) && table.LightTopicCount >= max)
                {
                    return null;
                }
                queues.Add(isLight ? table.Find(name)?[0] : null);
            }
        }
        return queues;
    }

    /// <summary>The light queues a stored message is listed in, and where.</summary>
    public static List<(ConsumeQueue Queue, long Offset)> Listing(ReadOnlySpan<byte> properties, QueueTable table)
    {
        var listing = new List<(ConsumeQueue, long)>();
        Walk(properties, (name, offset) =>
        {
            if (table.Find(name) is { } topic)
            {
                listing.Add((topic[0], offset));
            }
        });
        return listing;
    }

    /// <summary>Where a stored message is listed in a light queue; −1 when it is not.</summary>
    public static long OffsetIn(TopicQueues topic, ReadOnlySpan<byte> properties)
    {
        var found = -1L;
        Walk(properties, (name, offset) => found = found < 0 && name.SequenceEqual(topic.Utf8) ? offset : found);
        return found;
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

    /// <summary>Whether messages of a topic may name light queues at all.</summary>
    public static bool MayName(string topic) =>
        !topic.StartsWith("%RETRY%", StringComparison.Ordinal) && !topic.StartsWith("rmq_sys_", StringComparison.Ordinal)
        && topic != "SCHEDULE_TOPIC_XXXX";

    /// <summary>The name comes from a message's property and becomes a directory.</summary>
    private static bool IsLight(ReadOnlySpan<byte> name) => name.StartsWith(Prefix) && NameRule.IsLegal(NameKind.Topic, name);

    private static void Walk(ReadOnlySpan<byte> properties, LightListing visit)
    {
        if (!PropertyText.TryFind(properties, PropertyNames.Utf8.InnerMultiDispatch, out var names)
            || !PropertyText.TryFind(properties, PropertyNames.Utf8.InnerMultiQueueOffset, out var offsets))
        {
            return;
        }
        var next = offsets.Split(Separator);
        foreach (var range in names.Split(Separator))
        {
            if (!next.MoveNext())
            {
                return;
            }
            if (IsLight(names[range]) && Utf8Parser.TryParse(offsets[next.Current], out long offset, out _) && offset >= 0)
            {
                visit(names[range], offset);
            }
        }
    }

    private delegate void LightListing(ReadOnlySpan<byte> name, long offset);
}
