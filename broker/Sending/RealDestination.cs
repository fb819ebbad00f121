using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Protocol.Names;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// The properties REAL_TOPIC and REAL_QID: where a message that waits in one of the broker's own topics (delay, timer, half messages)
/// is to go.
/// </summary>
public static class RealDestination
{
    private static ReadOnlySpan<byte> RealTopic => "REAL_TOPIC"u8;

    private static ReadOnlySpan<byte> RealQueueId => "REAL_QID"u8;

    /// <summary>Sends the draft to <paramref name="topic"/> instead and notes its own destination.</summary>
    public static void Hide(ref MessageDraft draft, string topic, int queueId)
    {
        // A message sent back may still carry the destination of its last journey.
        draft.Properties = PropertyEdit.Remove(PropertyEdit.Remove(draft.Properties, RealTopic), RealQueueId);
        var destination = PropertyText.ToUtf8(
        [
            new(PropertyNames.RealTopic, draft.Topic),
            new(PropertyNames.RealQueueId, draft.QueueId.ToString(CultureInfo.InvariantCulture)),
        ]);
        var more = new byte[PropertyText.JoinedLength(draft.MoreProperties, destination)];
        PropertyText.WriteJoined(more, draft.MoreProperties, destination);
        draft.MoreProperties = more;
        draft.Topic = topic;
        draft.QueueId = queueId;
    }

    /// <summary>The destination a record was meant for.</summary>
    public static bool TryRead(ReadOnlySpan<byte> properties, out string topic, out int queueId)
    {
        queueId = 0;
        topic = PropertyText.TryFind(properties, RealTopic, out var name) ? Encoding.UTF8.GetString(name) : "";
        return NameRule.IsLegal(NameKind.Topic, topic)
            && PropertyText.TryFind(properties, RealQueueId, out var number)
            && Utf8Parser.TryParse(number, out queueId, out _);
    }
}
