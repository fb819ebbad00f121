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

    /// <summary>Whether a message to be appended names light queues. The broker's own topics list theirs once the message leaves them.</summary>
    public static bool AreNamedBy(in MessageDraft draft, StoreTopics topics) =>
        topics.MayNameLight(draft.Topic) && draft.Topic != topics.TransactionHalf && draft.Topic != topics.TransactionDiscard
        && PropertyText.TryFind(draft.Properties, PropertyNames.Utf8.InnerMultiDispatch, out _);

    /// <summary>The queues a message names, in order, null where a name is no light queue's or stood before: a message is listed once in each.</summary>
    /// <param name="properties">The message's.</param>
    /// <param name="table">Makes those it does not have.</param>
    /// <param name="max">Most light queues there may be.</param>
    /// <param name="queues">Those named; to be used only with Ok.</param>
    public static AppendStatus TryFind(ReadOnlySpan<byte> properties, QueueTable table, int max, out List<ConsumeQueue?> queues)
    {
        queues = [];
        var named = new HashSet<ConsumeQueue>();
        if (PropertyText.TryFind(properties, PropertyNames.Utf8.InnerMultiDispatch, out var names))
        {
            foreach (var range in names.Split(Separator))
            {
                var name = names[range];
                var isLight = IsLight(name, table.Special);
                if (!isLight && name.StartsWith(table.Special.LightPrefixUtf8))
                {
                    return AppendStatus.LightQueueIllegal;
                }
                if (isLight && !table.Knows(name) && table.LightTopicCount >= max)
                {
                    return AppendStatus.TooManyLightQueues;
                }
                var queue = isLight && table.Find(name) is { } topic ? table.TryGet(topic, 0) : null;
                if (isLight && queue is null)
                {
                    return AppendStatus.QueueSetAside;
                }
                queues.Add(queue is not null && named.Add(queue) ? queue : null);
            }
        }
        return AppendStatus.Ok;
    }

    /// <summary>The light queues a stored message is listed in, and where.</summary>
    /// <param name="properties">The message's.</param>
    /// <param name="physicalOffset">Where it stands: a light queue that was deleted since has a new life, in which it is not listed.</param>
    /// <param name="table">Has the queues.</param>
    public static List<(TopicQueues Topic, long Offset)> Listing(ReadOnlySpan<byte> properties, long physicalOffset, QueueTable table)
    {
        var listing = new List<(TopicQueues, long)>();
        Walk(properties, table.Special, (name, offset) =>
        {
            if (table.Find(name) is { } topic && physicalOffset >= topic.BornAt)
            {
                listing.Add((topic, offset));
            }
        });
        return listing;
    }

    /// <summary>Where a stored message is listed in a light queue; −1 when it is not.</summary>
    public static long OffsetIn(TopicQueues topic, ReadOnlySpan<byte> properties)
    {
        var found = -1L;
        Walk(properties, topic.Table.Special, (name, offset) => found = found < 0 && name.SequenceEqual(topic.Utf8) ? offset : found);
        return found;
    }

    /// <summary>The next offset of each queue, as the property that says so. Under the append lock.</summary>
    public static byte[] OffsetsText(List<ConsumeQueue?> queues)
    {
        var text = new StringBuilder(PropertyNames.InnerMultiQueueOffset).Append((char)PropertyText.NameEnd);
        for (var i = 0; i < queues.Count; i++)
        {
            text.Append(i > 0 ? "," : "");
            if (queues[i] is { } queue)
            {
                text.Append(queue.NextAppendOffset);
            }
        }
        return Encoding.UTF8.GetBytes(text.Append((char)PropertyText.ValueEnd).ToString());
    }

    /// <summary>The message is in the log: its offsets are taken. Under the append lock.</summary>
    public static void Advance(List<ConsumeQueue?> queues)
    {
        foreach (var queue in queues.OfType<ConsumeQueue>())
        {
            queue.NextAppendOffset++;
        }
    }

    /// <summary>The name comes from a message's property and becomes a directory.</summary>
    private static bool IsLight(ReadOnlySpan<byte> name, StoreTopics topics) => name.StartsWith(topics.LightPrefixUtf8) && NameRule.IsLegal(NameKind.Topic, name);

    private static void Walk(ReadOnlySpan<byte> properties, StoreTopics topics, LightListing visit)
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
            if (IsLight(names[range], topics) && Utf8Parser.TryParse(offsets[next.Current], out long offset, out _) && offset >= 0)
            {
                visit(names[range], offset);
            }
        }
    }

    private delegate void LightListing(ReadOnlySpan<byte> name, long offset);
}
