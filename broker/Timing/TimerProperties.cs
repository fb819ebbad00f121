using System.Buffers.Text;
using System.Text;
using RocketMQ.Broker.Sending;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Timing;

/// <summary>The properties of messages that are to be delivered at a certain time.</summary>
internal static class TimerProperties
{
    /// <summary>What the names of all three properties that make a message a timer begin with.</summary>
    internal static ReadOnlySpan<byte> Prefix => "TIMER_DEL"u8;

    internal static ReadOnlySpan<byte> DelaySeconds => "TIMER_DELAY_SEC"u8;

    internal static ReadOnlySpan<byte> DelayMs => "TIMER_DELAY_MS"u8;

    internal static ReadOnlySpan<byte> DeliverMs => "TIMER_DELIVER_MS"u8;

    /// <summary>The slot the message waits in, ms since 1970: set once it waits, and kept.</summary>
    internal static ReadOnlySpan<byte> OutMs => "TIMER_OUT_MS"u8;

    /// <summary>Topic + unique key of the message this one takes back.</summary>
    internal static ReadOnlySpan<byte> DeleteKey => "TIMER_DEL_UNIQKEY"u8;

    internal static ReadOnlySpan<byte> EnqueueMs => "TIMER_ENQUEUE_MS"u8;

    internal static ReadOnlySpan<byte> DequeueMs => "TIMER_DEQUEUE_MS"u8;

    internal static ReadOnlySpan<byte> RollTimes => "TIMER_ROLL_TIMES"u8;

    /// <summary>What takes a message back: its topic and unique key.</summary>
    internal static string DeleteKeyOf(string topic, string uniqueKey) => $"{topic}+{uniqueKey}";

    /// <summary>Reads a whole number as Java does; false when the property is missing or none.</summary>
    internal static bool TryNumber(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name, out long number)
    {
        number = 0;
        return PropertyText.TryFind(properties, name, out var text)
            && Utf8Parser.TryParse(text, out number, out var read)
            && read == text.Length;
    }

    /// <summary>A record's properties without those that <see cref="Stamp"/> sets anew.</summary>
    internal static ReadOnlySpan<byte> Unstamped(ReadOnlySpan<byte> properties, bool roll)
    {
        properties = PropertyEdit.Remove(PropertyEdit.Remove(properties, EnqueueMs), DequeueMs);
        return roll ? PropertyEdit.Remove(properties, RollTimes) : properties;
    }

    /// <summary>Writes what a delivered or rolled record gets on top: when it went into the wheel, when it came out, how often it rolled.</summary>
    /// <param name="buffer">160 bytes are enough.</param>
    /// <param name="enqueueMs">ms since 1970.</param>
    /// <param name="dequeueMs">ms since 1970.</param>
    /// <param name="rollTimes">0 sets no count.</param>
    /// <returns>Bytes written.</returns>
    internal static int Stamp(Span<byte> buffer, long enqueueMs, long dequeueMs, long rollTimes)
    {
        var length = Write(buffer, 0, EnqueueMs, enqueueMs);
        length = Write(buffer, length, DequeueMs, dequeueMs);
        return rollTimes > 0 ? Write(buffer, length, RollTimes, rollTimes) : length;
    }

    internal static string Text(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> name) =>
        PropertyText.TryFind(properties, name, out var value) ? Encoding.UTF8.GetString(value) : "";

    private static int Write(Span<byte> buffer, int at, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(buffer[at..]);
        at += name.Length;
        buffer[at++] = PropertyText.NameEnd;
        Utf8Formatter.TryFormat(value, buffer[at..], out var written);
        at += written;
        buffer[at++] = PropertyText.ValueEnd;
        return at;
    }
}
