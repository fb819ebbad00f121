using System.Globalization;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Tracing;

/// <summary>
/// One record of trace data: fields that end in 0x01, a record in 0x02. The text is what Apache's tools read from the trace topic;
/// the keys are what the record is looked up by there.
/// </summary>
internal sealed record TraceRecord(string Text, IReadOnlyList<string> Keys)
{
    private const char FieldEnd = '\u0001';
    private const char RecordEnd = '\u0002';

    public static TraceRecord Sent(
        DateTimeOffset at, string region, string group, Message message, string storeHost, int bodyLength, TimeSpan cost, TraceKind kind, SendReceipt? receipt, string messageId) =>
        Of(
            messageId,
            message.Keys,
            "Pub",
            Ms(at),
            region,
            group,
            message.Topic,
            messageId,
            message.Tag ?? "",
            string.Join(PropertyNames.KeySeparator, message.Keys),
            storeHost,
            Number(bodyLength),
            Number((long)cost.TotalMilliseconds),
            Number((int)kind),
            receipt?.OffsetMessageId ?? "",
            receipt is null ? "false" : "true");

    public static TraceRecord Consuming(DateTimeOffset at, string traceId, string group, ReceivedMessage message) =>
        Of(
            message.MessageId,
            message.Keys,
            "SubBefore",
            Ms(at),
            Region(message),
            group,
            traceId,
            message.MessageId,
            Number(message.DeliveryAttempt),
            string.Join(PropertyNames.KeySeparator, message.Keys));

    public static TraceRecord Consumed(
        DateTimeOffset at, string traceId, string group, ReceivedMessage message, TimeSpan cost, ConsumeOutcome outcome) =>
        Of(
            message.MessageId,
            message.Keys,
            "SubAfter",
            traceId,
            message.MessageId,
            Number((long)cost.TotalMilliseconds),
            outcome == ConsumeOutcome.Success ? "true" : "false",
            string.Join(PropertyNames.KeySeparator, message.Keys),
            Number((int)outcome),
            Ms(at),
            group);

    public static TraceRecord TransactionEnded(
        DateTimeOffset at, string region, string group, string topic, string messageId, string storeHost, string state, bool fromCheck) =>
        Of(messageId, [], "EndTransaction", Ms(at), region, group, topic, messageId, "", "", storeHost, Number((int)TraceKind.EndOfTransaction), messageId, state, fromCheck ? "true" : "false");

    private static TraceRecord Of(string messageId, IReadOnlyList<string> keys, params string[] fields) =>
        new(new StringBuilder().AppendJoin(FieldEnd, fields).Append(RecordEnd).ToString(), [messageId, .. keys]);

    private static string Region(ReceivedMessage message) =>
        message.Properties.GetValueOrDefault(PropertyNames.MessageRegion) ?? TraceRecorder.DefaultRegion;

    private static string Ms(DateTimeOffset time) => Number(time.ToUnixTimeMilliseconds());

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
