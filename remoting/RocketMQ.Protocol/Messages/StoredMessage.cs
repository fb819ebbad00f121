namespace RocketMQ.Protocol.Messages;

/// <summary>A message as it was stored, owning its data: what consumers, tools and tests hold.</summary>
public sealed class StoredMessage
{
    public required string Topic { get; init; }

    public required int QueueId { get; init; }

    /// <summary>Position in the queue.</summary>
    public required long QueueOffset { get; init; }

    /// <summary>Position of the record in the commit log.</summary>
    public required long PhysicalOffset { get; init; }

    /// <summary>Size of the record in bytes.</summary>
    public required int StoreSize { get; init; }

    public required int Flag { get; init; }

    public required int SysFlag { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long BornTimestamp { get; init; }

    public required MessageHost BornHost { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long StoreTimestamp { get; init; }

    public required MessageHost StoreHost { get; init; }

    public required int ReconsumeTimes { get; init; }

    public required long PreparedTransactionOffset { get; init; }

    /// <summary>CRC of the body as stored.</summary>
    public required int BodyCrc { get; init; }

    /// <summary>The body: unpacked when it was stored with zlib, as stored otherwise.</summary>
    public required byte[] Body { get; init; }

    /// <summary>What <see cref="Body"/> still is compressed with: LZ4 and zstd are left to the reader.</summary>
    public required BodyCompression BodyCompression { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    public string? Tags => Properties.GetValueOrDefault(PropertyNames.Tags);

    public string? Keys => Properties.GetValueOrDefault(PropertyNames.Keys);

    /// <summary>The id the producer gave; null when it gave none.</summary>
    public string? UniqueKey => Properties.GetValueOrDefault(PropertyNames.UniqueKey);

    /// <summary>The id the broker gave.</summary>
    public string OffsetMessageId => Messages.OffsetMessageId.Format(StoreHost, PhysicalOffset);

    /// <summary>The id clients show: the producer's, or the broker's when there is none.</summary>
    public string MessageId => UniqueKey ?? OffsetMessageId;

    /// <summary>Copies a record out of the bytes it stands in.</summary>
    /// <exception cref="InvalidDataException">The body is marked as zlib and is none.</exception>
    public static StoredMessage From(in MessageRecord record)
    {
        var compression = MessageSysFlag.Compression(record.SysFlag);
        var isZlib = compression == BodyCompression.Zlib;
        return new StoredMessage
        {
            Topic = record.TopicString,
            QueueId = record.QueueId,
            QueueOffset = record.QueueOffset,
            PhysicalOffset = record.PhysicalOffset,
            StoreSize = record.Size,
            Flag = record.Flag,
            SysFlag = record.SysFlag,
            BornTimestamp = record.BornTimestamp,
            BornHost = record.BornHost,
            StoreTimestamp = record.StoreTimestamp,
            StoreHost = record.StoreHost,
            ReconsumeTimes = record.ReconsumeTimes,
            PreparedTransactionOffset = record.PreparedTransactionOffset,
            BodyCrc = record.BodyCrc,
            Body = isZlib ? ZlibBody.Inflate(record.Body) : record.Body.ToArray(),
            BodyCompression = isZlib ? BodyCompression.None : compression,
            Properties = PropertyText.ToDictionary(record.Properties),
        };
    }

    /// <summary>Reads all records of a pull reply's body.</summary>
    /// <exception cref="InvalidDataException">The bytes are not whole records.</exception>
    public static List<StoredMessage> ReadAll(ReadOnlySpan<byte> body)
    {
        var messages = new List<StoredMessage>();
        while (MessageRecord.TryTake(ref body, out var record))
        {
            messages.Add(From(record));
        }
        return messages;
    }
}
