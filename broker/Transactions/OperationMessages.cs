using System.Buffers.Text;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Transactions;

/// <summary>
/// The records of RMQ_SYS_TRANS_OP_HALF_TOPIC: which half messages have ended, by their offsets in the half topic. TAGS is <c>d</c>; the
/// body is one offset in decimal (4.9) or several, each with a comma behind it (5.x). Both are read, the second is written.
/// </summary>
internal static class OperationMessages
{
    public static readonly byte[] Properties = PropertyText.ToUtf8([new(PropertyNames.WaitStoreOk, "true"), new(PropertyNames.Tags, "d")]);

    /// <summary>Adds the offsets of an operation record; what is none is passed over.</summary>
    public static void Read(in MessageRecord record, List<long> halfOffsets)
    {
        if (!record.Property(PropertyNames.Utf8.Tags).SequenceEqual("d"u8))
        {
            return;
        }

        var body = record.Body;
        foreach (var range in body.Split((byte)','))
        {
            var text = body[range];
            if (Utf8Parser.TryParse(text, out long offset, out var used) && used == text.Length)
            {
                halfOffsets.Add(offset);
            }
        }
    }

    /// <summary>The body of one record, from the first of the offsets on, of about <paramref name="maxBytes"/> bytes at most.</summary>
    /// <returns>The body and how many offsets are in it.</returns>
    public static (byte[] Body, int Count) Write(IReadOnlyList<long> halfOffsets, int start, int maxBytes)
    {
        var text = new StringBuilder();
        var index = start;
        while (index < halfOffsets.Count && (text.Length < maxBytes || index == start))
        {
            text.Append(halfOffsets[index++]).Append(',');
        }

        return (Encoding.ASCII.GetBytes(text.ToString()), index - start);
    }
}
