using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>A stored message as tools show it: all of it, or in a line; and as JSON.</summary>
internal sealed class MessageView(BodyCharset charset)
{
    private const int LabelWidth = 20;

    /// <summary>Every field on a line of its own, under Apache's labels.</summary>
    public string Detail(StoredMessage m) => string.Join('\n', new (string Label, object? Value)[]
    {
        ("OffsetID:", m.OffsetMessageId),
        ("Topic:", m.Topic),
        ("Tags:", $"[{m.Tags}]"),
        ("Keys:", $"[{m.Keys}]"),
        ("Queue ID:", m.QueueId),
        ("Queue Offset:", m.QueueOffset),
        ("CommitLog Offset:", m.PhysicalOffset),
        ("Reconsume Times:", m.ReconsumeTimes),
        ("Born Timestamp:", Format.Time(m.BornTimestamp)),
        ("Store Timestamp:", Format.Time(m.StoreTimestamp)),
        ("Born Host:", m.BornHost),
        ("Store Host:", m.StoreHost),
        ("System Flag:", m.SysFlag),
        ("Properties:", $"{{{Format.Text(m.Properties)}}}"),
        ("Message Body:", Body(m)),
    }.Select(field => $"{field.Label,-LabelWidth} {Format.Text(field.Value)}"));

    /// <summary>What matters, in one line.</summary>
    public string Line(StoredMessage m, bool withBody) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"MSGID: {m.MessageId} [queueId={m.QueueId}, queueOffset={m.QueueOffset}, storeSize={m.StoreSize}, storeTimestamp={Format.Text(Format.Time(m.StoreTimestamp))}, tags={m.Tags}, keys={m.Keys}, reconsumeTimes={m.ReconsumeTimes}] BODY: {(withBody ? Body(m) : "NOT PRINT BODY")}");

    public object Json(StoredMessage m, bool withBody = true)
    {
        var text = withBody && m.BodyCompression == BodyCompression.None ? charset.Decode(m.Body) : null;
        return new
        {
            messageId = m.MessageId,
            offsetMessageId = m.OffsetMessageId,
            m.Topic,
            m.QueueId,
            m.QueueOffset,
            commitLogOffset = m.PhysicalOffset,
            m.StoreSize,
            m.Tags,
            m.Keys,
            m.Flag,
            m.SysFlag,
            m.ReconsumeTimes,
            bornTime = Format.Time(m.BornTimestamp),
            storeTime = Format.Time(m.StoreTimestamp),
            bornHost = m.BornHost.ToString(),
            storeHost = m.StoreHost.ToString(),
            m.Properties,
            body = text,
            bodyBase64 = withBody && text is null ? Convert.ToBase64String(m.Body) : null,
        };
    }

    private string Body(StoredMessage m) =>
        m.BodyCompression != BodyCompression.None
            ? string.Create(CultureInfo.InvariantCulture, $"({m.Body.Length} bytes, compressed with {m.BodyCompression})")
            : charset.Decode(m.Body) ?? string.Create(CultureInfo.InvariantCulture, $"({m.Body.Length} bytes that are no text; --json shows them as base64)");
}
