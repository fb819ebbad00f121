namespace RocketMQ.Protocol.Messages;

/// <summary>
/// Where the fields of a stored message stand. The same bytes are a commit log record and an element of a pull reply's body;
/// all integers are big-endian. Positions up to <see cref="BornHost"/> are fixed; a 16-byte IPv6 host instead of a 4-byte IPv4 one
/// moves what follows it by 12.
/// </summary>
/// <remarks>
/// totalSize 4 | magic 4 | bodyCrc 4 | queueId 4 | flag 4 | queueOffset 8 | physicalOffset 8 | sysFlag 4 | bornTimestamp 8 |
/// bornHost 8 or 20 | storeTimestamp 8 | storeHost 8 or 20 | reconsumeTimes 4 | preparedTransactionOffset 8 |
/// bodyLength 4, body | topicLength 1 (V1) or 2 (V2), topic | propertiesLength 2, properties.
/// </remarks>
public static class MessageLayout
{
    /// <summary>A record whose topic length takes one byte.</summary>
    public const int MagicV1 = unchecked((int)0xDAA320A7);

    /// <summary>A record whose topic length takes two bytes: used for topics of more than <see cref="MaxTopicLengthV1"/> bytes.</summary>
    public const int MagicV2 = unchecked((int)0xDAA320AB);

    /// <summary>The filler between a commit log file's last record and its end: int remaining | int magic | garbage.</summary>
    public const int MagicBlank = unchecked((int)0xCBD43194);

    public const int TotalSize = 0;
    public const int Magic = 4;
    public const int BodyCrc = 8;
    public const int QueueId = 12;
    public const int Flag = 16;
    public const int QueueOffset = 20;
    public const int PhysicalOffset = 28;
    public const int SysFlag = 36;
    public const int BornTimestamp = 40;
    public const int BornHost = 48;

    /// <summary>Bytes of a host: address and a 4-byte port.</summary>
    public const int HostV4Size = 8;
    public const int HostV6Size = 20;

    /// <summary>Longest topic, in bytes, of a V1 record.</summary>
    public const int MaxTopicLengthV1 = 127;

    /// <summary>Longest properties text, in bytes: its length is a signed 16-bit integer.</summary>
    public const int MaxPropertiesLength = short.MaxValue;

    /// <summary>Size of a record without body, topic and properties: V1, both hosts IPv4.</summary>
    public const int MinRecordSize = 91;

    /// <summary>Size in bytes of a record with these parts.</summary>
    public static int RecordSize(int sysFlag, int bodyLength, int topicLength, int propertiesLength) =>
        MinRecordSize
        + (MessageSysFlag.IsBornHostV6(sysFlag) ? HostV6Size - HostV4Size : 0)
        + (MessageSysFlag.IsStoreHostV6(sysFlag) ? HostV6Size - HostV4Size : 0)
        + (topicLength > MaxTopicLengthV1 ? 1 : 0)
        + bodyLength + topicLength + propertiesLength;

    /// <summary>Position of the 8-byte store timestamp in a record with this sysFlag.</summary>
    public static int StoreTimestampAt(int sysFlag) =>
        BornHost + (MessageSysFlag.IsBornHostV6(sysFlag) ? HostV6Size : HostV4Size);
}
