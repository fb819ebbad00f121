using System.Globalization;
using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Popping;

/// <summary>
/// What a consumer shows to acknowledge a popped message: the property POP_CK and the header field <c>extraInfo</c>, eight words
/// <c>startOffset popTime invisibleTime reviveQueue retryFlag brokerName queueId offset</c>. Older clients send the first six or seven.
/// </summary>
/// <param name="StartOffset">Where the pop began in its queue: names the checkpoint together with the pop's time.</param>
/// <param name="PopTimeMs">Milliseconds since 1970.</param>
/// <param name="InvisibleTimeMs">How long the message stays hidden, from then on.</param>
/// <param name="ReviveQueueId">Where its checkpoint is.</param>
/// <param name="BrokerName">The broker that served the pop.</param>
public readonly record struct PopReceipt(long StartOffset, long PopTimeMs, long InvisibleTimeMs, int ReviveQueueId, string? BrokerName)
{
    public bool IsOrdered => ReviveQueueId == PopTopics.OrderedReviveQueue;

    public static bool TryParse(string text, out PopReceipt receipt)
    {
        receipt = default;
        var words = text.Split(' ');
        if (words.Length < 6
            || !TryNumber(words[0], out var start) || !TryNumber(words[1], out var popTime) || !TryNumber(words[2], out var invisible)
            || !int.TryParse(words[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var reviveQueue))
        {
            return false;
        }

        receipt = new PopReceipt(start, popTime, invisible, reviveQueue, words[5]);
        return true;
    }

    /// <summary>The text for one message.</summary>
    public string Format(string topic, int queueId, long offset) => string.Create(
        CultureInfo.InvariantCulture,
        $"{StartOffset} {PopTimeMs} {InvisibleTimeMs} {ReviveQueueId} {PopTopics.FlagOf(topic)} {BrokerName} {queueId} {offset}");

    /// <summary>What is told of a text that is no receipt.</summary>
    internal static Refusal Refuse(string text) =>
        new(RefusalKind.SystemError, $"extraInfo '{text}' is not the POP_CK of a popped message: at least six words are expected");

    private static bool TryNumber(string word, out long number) =>
        long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
