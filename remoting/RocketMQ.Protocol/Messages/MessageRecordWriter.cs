using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RocketMQ.Protocol.Messages;

/// <summary>Writes records. The version follows the topic: V2 when it is longer than 127 bytes.</summary>
public static class MessageRecordWriter
{
    /// <summary>Size of the record, in bytes, that <see cref="Write"/> makes of a draft.</summary>
    public static int Size(in MessageDraft draft, int topicLength) =>
        MessageLayout.RecordSize(draft.StoredSysFlag, draft.BodyLength, topicLength, draft.PropertiesLength);

    /// <summary>
    /// Writes a record into <paramref name="record"/>, which has exactly <see cref="Size"/> bytes. Size and magic are written last:
    /// a reader of the bytes sees no record until it is whole.
    /// </summary>
    public static void Write(
        Span<byte> record, scoped in MessageDraft draft, ReadOnlySpan<byte> topic, int bodyCrc, long queueOffset, long physicalOffset, long storeTimestamp)
    {
        var sysFlag = draft.StoredSysFlag;
        BinaryPrimitives.WriteInt32BigEndian(record[MessageLayout.BodyCrc..], bodyCrc);
        BinaryPrimitives.WriteInt32BigEndian(record[MessageLayout.QueueId..], draft.QueueId);
        BinaryPrimitives.WriteInt32BigEndian(record[MessageLayout.Flag..], draft.Flag);
        BinaryPrimitives.WriteInt64BigEndian(record[MessageLayout.QueueOffset..], queueOffset);
        BinaryPrimitives.WriteInt64BigEndian(record[MessageLayout.PhysicalOffset..], physicalOffset);
        BinaryPrimitives.WriteInt32BigEndian(record[MessageLayout.SysFlag..], sysFlag);
        BinaryPrimitives.WriteInt64BigEndian(record[MessageLayout.BornTimestamp..], draft.BornTimestamp);
        var rest = record[MessageLayout.BornHost..];
        draft.BornHost.Write(rest);
        rest = rest[draft.BornHost.Size..];
        BinaryPrimitives.WriteInt64BigEndian(rest, storeTimestamp);
        draft.StoreHost.Write(rest[8..]);
        rest = rest[(8 + draft.StoreHost.Size)..];
        BinaryPrimitives.WriteInt32BigEndian(rest, draft.ReconsumeTimes);
        BinaryPrimitives.WriteInt64BigEndian(rest[4..], draft.PreparedTransactionOffset);
        rest = WriteBody(rest[12..], draft);
        rest = WriteTopic(rest, topic);
        BinaryPrimitives.WriteInt16BigEndian(rest, checked((short)draft.PropertiesLength));
        PropertyText.WriteJoined(rest[2..], draft.Properties, draft.MoreProperties);

        var magic = topic.Length > MessageLayout.MaxTopicLengthV1 ? MessageLayout.MagicV2 : MessageLayout.MagicV1;
        var head = ((long)record.Length << 32) | (uint)magic;
        Volatile.Write(ref MemoryMarshal.AsRef<long>(record), BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(head) : head);
    }

    private static Span<byte> WriteBody(Span<byte> rest, scoped in MessageDraft draft)
    {
        var length = draft.BodyLength;
        BinaryPrimitives.WriteInt32BigEndian(rest, length);
        draft.Body.CopyTo(rest[4..]);
        if (length != draft.Body.Length)
        {
            draft.MoreBody.CopyTo(rest[(4 + draft.Body.Length)..]);
        }
        return rest[(4 + length)..];
    }

    private static Span<byte> WriteTopic(Span<byte> rest, ReadOnlySpan<byte> topic)
    {
        if (topic.Length > MessageLayout.MaxTopicLengthV1)
        {
            BinaryPrimitives.WriteInt16BigEndian(rest, checked((short)topic.Length));
            rest = rest[2..];
        }
        else
        {
            rest[0] = (byte)topic.Length;
            rest = rest[1..];
        }
        topic.CopyTo(rest);
        return rest[topic.Length..];
    }
}
