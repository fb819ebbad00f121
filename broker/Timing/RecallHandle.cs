using System.Buffers.Text;
using System.Globalization;
using System.Text;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Timing;

/// <summary>
/// What a producer gets for a timer and gives back to recall it: <c>v1 topic brokerName deliverMs uniqueKey</c> in URL-safe base64.
/// </summary>
/// <param name="DeliverMs">A time, in ms since 1970, that belongs to the timer's slot.</param>
public sealed record RecallHandle(string Topic, string BrokerName, long DeliverMs, string UniqueKey)
{
    private const string Version = "v1";

    /// <summary>The handle of a message on its way to the timer queue; <see langword="null"/> for a retry, which no producer recalls.</summary>
    /// <param name="draft">With the slot in its properties.</param>
    /// <param name="topic">The topic it is for.</param>
    /// <param name="brokerName">This broker's.</param>
    /// <param name="uniqueKey">The message's.</param>
    public static RecallHandle? Of(in MessageDraft draft, string topic, string brokerName, string uniqueKey) =>
        TimerProperties.TryNumber(draft.MoreProperties, TimerProperties.OutMs, out var outMs) && !SystemTopics.IsRetry(topic)
            // A slot's first millisecond already floors to the slot before it.
            ? new RecallHandle(topic, brokerName, outMs + 1, uniqueKey)
            : null;

    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Version} {Topic} {BrokerName} {DeliverMs} {UniqueKey}");
        var base64 = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

        // Java pads.
        return base64.PadRight((base64.Length + 3) / 4 * 4, '=');
    }

    /// <returns><see langword="null"/> for what is no handle. A time that is no number reads as −1.</returns>
    public static RecallHandle? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!Base64Url.IsValid(text, out _))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
        return parts.Length >= 5 && parts[0] == Version
            ? new RecallHandle(
                parts[1], parts[2], long.TryParse(parts[3], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at) ? at : -1, parts[4])
            : null;
    }
}
