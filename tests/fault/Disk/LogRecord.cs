using System.Buffers.Binary;
using System.Text;

namespace RocketMQ.Fault.Tests.Disk;

/// <summary>
/// A commit log record, read from its bytes knowing nothing but the layout: the project's own codec wrote it and must not judge itself.
/// </summary>
internal sealed record LogRecord(long Offset, int Size, string Topic, int QueueId, long QueueOffset, int SysFlag, IReadOnlyDictionary<string, string> Properties)
{
    private const uint MagicV1 = 0xDAA320A7;
    private const uint MagicV2 = 0xDAA320AB;
    private const int TransactionMask = 0xC;
    private const int TransactionPrepared = 0x4;
    private const int TransactionRollback = 0xC;

    /// <summary>Half messages and rollbacks stand in the log without a place in a queue.</summary>
    public bool IsInQueue => (SysFlag & TransactionMask) is not (TransactionPrepared or TransactionRollback);

    public bool IsIndexed => (SysFlag & TransactionMask) != TransactionRollback;

    /// <summary>What the index files it under: <c>topic#key</c> for the unique id and for each key.</summary>
    public IEnumerable<string> IndexKeys =>
        (Properties.TryGetValue("UNIQ_KEY", out var unique) ? [unique] : Array.Empty<string>())
        .Concat(Properties.GetValueOrDefault("KEYS", "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(key => $"{Topic}#{key}");

    /// <summary>Reads the record at a position of a file; null and the reason when none stands there whole.</summary>
    /// <param name="fileStart">Offset in the log of the file's first byte.</param>
    public static LogRecord? TryRead(ReadOnlySpan<byte> file, int at, long fileStart, out string reason)
    {
        reason = "";
        var bytes = file[at..];
        if (bytes.Length < 91)
        {
            reason = $"{bytes.Length} bytes are no record";
            return null;
        }

        var size = Int(bytes, 0);
        var magic = (uint)Int(bytes, 4);
        if (magic is not (MagicV1 or MagicV2) || size < 91 || size > bytes.Length)
        {
            reason = $"size {size}, magic {magic:X8}";
            return null;
        }

        bytes = bytes[..size];
        var sysFlag = Int(bytes, 36);
        var bodyAt = 84 + 4 + ((sysFlag & 0x10) != 0 ? 12 : 0) + ((sysFlag & 0x20) != 0 ? 12 : 0);
        var bodyLength = Int(bytes, bodyAt - 4);
        var topicAt = bodyAt + bodyLength + (magic == MagicV1 ? 1 : 2);
        if (bodyLength < 0 || topicAt + 2 > size)
        {
            reason = $"body of {bodyLength} bytes in a record of {size}";
            return null;
        }

        var topicLength = magic == MagicV1 ? bytes[topicAt - 1] : BinaryPrimitives.ReadInt16BigEndian(bytes[(topicAt - 2)..]);
        var propertiesAt = topicAt + topicLength + 2;
        if (topicLength <= 0 || propertiesAt > size || BinaryPrimitives.ReadInt16BigEndian(bytes[(propertiesAt - 2)..]) != size - propertiesAt)
        {
            reason = $"topic of {topicLength} bytes and properties do not fill the record of {size}";
            return null;
        }

        var offset = BinaryPrimitives.ReadInt64BigEndian(bytes[28..]);
        if (offset != fileStart + at)
        {
            reason = $"it says it stands at {offset}";
            return null;
        }

        if (bodyLength > 0 && (Crc32.Of(bytes.Slice(bodyAt, bodyLength)) & 0x7FFFFFFF) != (uint)Int(bytes, 8))
        {
            reason = "the body's CRC is another";
            return null;
        }

        return new LogRecord(
            offset,
            size,
            Encoding.UTF8.GetString(bytes.Slice(topicAt, topicLength)),
            Int(bytes, 12),
            BinaryPrimitives.ReadInt64BigEndian(bytes[20..]),
            sysFlag,
            ReadProperties(Encoding.UTF8.GetString(bytes[propertiesAt..])));
    }

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);

    private static Dictionary<string, string> ReadProperties(string text)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split('\u0002', StringSplitOptions.RemoveEmptyEntries))
        {
            var separator = pair.IndexOf('\u0001', StringComparison.Ordinal);
            if (separator > 0 && separator < pair.Length - 1)
            {
                properties[pair[..separator]] = pair[(separator + 1)..];
            }
        }

        return properties;
    }
}
