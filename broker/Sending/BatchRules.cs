using System.Buffers.Text;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// What can't be sent as a batch. Its messages are stored where they are to be read: none can wait for a time or for a transaction's end.
/// Only the batch's own properties are looked at, not those of its messages.
/// </summary>
internal static class BatchRules
{
    /// <returns><see langword="null"/> when the batch may be stored.</returns>
    public static Refusal? Refuse(in SendRequest request)
    {
        if (SystemTopics.IsRetry(request.Topic))
        {
            return Refused($"batch request does not support retry group {request.Topic}");
        }

        if (request.Topic.Length > SystemTopics.MaxTopicLength)
        {
            return Refused($"message topic length over {SystemTopics.MaxTopicLength}");
        }

        var properties = request.Properties.Span;
        if (MessageSysFlag.Transaction(request.SysFlag) != MessageSysFlag.TransactionNone || PropertyText.TryFind(properties, "TRAN_MSG"u8, out _))
        {
            return Refused("a batch can't be a half message: send the messages of a transaction one by one");
        }

        return IsDelayed(properties) ? Refused("a batch can't be delayed: send its messages one by one") : null;
    }

    private static bool IsDelayed(ReadOnlySpan<byte> properties) =>
        (PropertyText.TryFind(properties, PropertyNames.Utf8.DelayLevel, out var level) && Utf8Parser.TryParse(level, out int number, out _) && number > 0)
        || PropertyText.TryFind(properties, "TIMER_DELAY_SEC"u8, out _)
        || PropertyText.TryFind(properties, "TIMER_DELAY_MS"u8, out _)
        || PropertyText.TryFind(properties, "TIMER_DELIVER_MS"u8, out _);

    private static Refusal Refused(string reason) => new(RefusalKind.MessageIllegal, reason);
}
