using System.Buffers.Binary;
using System.Text;

namespace RocketMQ.Protocol.Messages;

/// <summary>
/// A view of one record over its bytes; see <see cref="MessageLayout"/>. Nothing is copied and nothing allocated until a string is asked for.
/// </summary>
public readonly ref struct MessageRecord
{
    private readonly int _storeTimestampAt;
    private readonly int _bodyAt;
    private readonly int _bodyLength;
    private readonly int _topicAt;
    private readonly int _topicLength;

    private MessageRecord(ReadOnlySpan<byte> bytes, int storeTimestampAt, int bodyAt, int bodyLength, int topicAt, int topicLength)
    {
        Bytes = bytes;
        _storeTimestampAt = storeTimestampAt;
        _bodyAt = bodyAt;
        _bodyLength = bodyLength;
        _topicAt = topicAt;
        _topicLength = topicLength;
    }

    /// <summary>The whole record.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public int Size => Bytes.Length;

    public int Magic => BinaryPrimitives.ReadInt32BigEndian(Bytes[MessageLayout.Magic..]);

    public int BodyCrc => BinaryPrimitives.ReadInt32BigEndian(Bytes[MessageLayout.BodyCrc..]);

    public int QueueId => BinaryPrimitives.ReadInt32BigEndian(Bytes[MessageLayout.QueueId..]);

    public int Flag => BinaryPrimitives.ReadInt32BigEndian(Bytes[MessageLayout.Flag..]);

    public long QueueOffset => BinaryPrimitives.ReadInt64BigEndian(Bytes[MessageLayout.QueueOffset..]);

    public long PhysicalOffset => BinaryPrimitives.ReadInt64BigEndian(Bytes[MessageLayout.PhysicalOffset..]);

    public int SysFlag => BinaryPrimitives.ReadInt32BigEndian(Bytes[MessageLayout.SysFlag..]);

    public int TransactionType => MessageSysFlag.Transaction(SysFlag);

    public long BornTimestamp => BinaryPrimitives.ReadInt64BigEndian(Bytes[MessageLayout.BornTimestamp..]);

    public MessageHost BornHost => MessageHost.Read(Bytes[MessageLayout.BornHost..], MessageSysFlag.IsBornHostV6(SysFlag));

    public long StoreTimestamp => BinaryPrimitives.ReadInt64BigEndian(Bytes[_storeTimestampAt..]);

    public MessageHost StoreHost => MessageHost.Read(Bytes[(_storeTimestampAt + 8)..], MessageSysFlag.IsStoreHostV6(SysFlag));

    public int ReconsumeTimes => BinaryPrimitives.ReadInt32BigEndian(Bytes[(_bodyAt - 16)..]);

    public long PreparedTransactionOffset => BinaryPrimitives.ReadInt64BigEndian(Bytes[(_bodyAt - 12)..]);

    /// <summary>The body as stored, compressed or not.</summary>
    public ReadOnlySpan<byte> Body => Bytes.Slice(_bodyAt, _bodyLength);

    /// <summary>The topic's UTF-8 bytes.</summary>
    public ReadOnlySpan<byte> Topic => Bytes.Slice(_topicAt, _topicLength);

    /// <summary>The properties text; see <see cref="PropertyText"/>.</summary>
    public ReadOnlySpan<byte> Properties => Bytes[(_topicAt + _topicLength + 2)..];

    public string TopicString => Encoding.UTF8.GetString(Topic);

    /// <summary>Whether the body is the one the record's CRC was made of.</summary>
    public bool IsBodyIntact => _bodyLength == 0 || MessageCrc.OfBody(Body) == BodyCrc;

    /// <summary>A property's UTF-8 value; empty when the record has none of that name.</summary>
    public ReadOnlySpan<byte> Property(ReadOnlySpan<byte> name) =>
        PropertyText.TryFind(Properties, name, out var value) ? value : default;

    public string? PropertyString(ReadOnlySpan<byte> name) =>
        PropertyText.TryFind(Properties, name, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>
    /// Reads the record at the start of <paramref name="bytes"/>, which may hold more. All sizes are checked against each other, the body's CRC is not.
    /// </summary>
    public static RecordReadStatus TryRead(ReadOnlySpan<byte> bytes, out MessageRecord record)
    {
        record = default;
        if (bytes.Length < 8)
        {
            return RecordReadStatus.Incomplete;
        }
        var size = BinaryPrimitives.ReadInt32BigEndian(bytes);
        var magic = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageLayout.Magic..]);
        if (magic is not (MessageLayout.MagicV1 or MessageLayout.MagicV2))
        {
            return magic == MessageLayout.MagicBlank ? RecordReadStatus.Blank : RecordReadStatus.BadMagic;
        }
        if (size < MessageLayout.MinRecordSize)
        {
            return RecordReadStatus.BadLength;
        }
        return size > bytes.Length ? RecordReadStatus.Incomplete : TryLocate(bytes[..size], magic, out record);
    }

    /// <summary>Takes the next record off the front of a pull reply's body; false at its end.</summary>
    /// <exception cref="InvalidDataException">What follows is no whole record.</exception>
    public static bool TryTake(ref ReadOnlySpan<byte> body, out MessageRecord record)
    {
        record = default;
        if (body.IsEmpty)
        {
            return false;
        }
        var status = TryRead(body, out record);
        if (status != RecordReadStatus.Ok)
        {
            throw new InvalidDataException($"no message record where one is due: {status}");
        }
        body = body[record.Size..];
        return true;
    }

    private static RecordReadStatus TryLocate(ReadOnlySpan<byte> bytes, int magic, out MessageRecord record)
    {
        record = default;
        var sysFlag = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageLayout.SysFlag..]);
        var storeTimestampAt = MessageLayout.StoreTimestampAt(sysFlag);
        var bodyAt = storeTimestampAt + 8 + (MessageSysFlag.IsStoreHostV6(sysFlag) ? MessageLayout.HostV6Size : MessageLayout.HostV4Size) + 4 + 8 + 4;
        var topicLengthSize = magic == MessageLayout.MagicV2 ? 2 : 1;
        if (bodyAt + topicLengthSize + 2 > bytes.Length)
        {
            return RecordReadStatus.BadLength;
        }
        var bodyLength = BinaryPrimitives.ReadInt32BigEndian(bytes[(bodyAt - 4)..]);
        if ((uint)bodyLength > (uint)(bytes.Length - bodyAt - topicLengthSize - 2))
        {
            return RecordReadStatus.BadLength;
        }
        var topicAt = bodyAt + bodyLength + topicLengthSize;
        var topicLength = topicLengthSize == 2 ? BinaryPrimitives.ReadInt16BigEndian(bytes[(topicAt - 2)..]) : bytes[topicAt - 1];
        var propertiesAt = topicAt + topicLength + 2;
        if (topicLength < 0 || propertiesAt > bytes.Length
            || BinaryPrimitives.ReadInt16BigEndian(bytes[(propertiesAt - 2)..]) != bytes.Length - propertiesAt)
        {
            return RecordReadStatus.BadLength;
        }
        record = new(bytes, storeTimestampAt, bodyAt, bodyLength, topicAt, topicLength);
        return RecordReadStatus.Ok;
    }
}
