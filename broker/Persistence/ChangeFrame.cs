using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// A record of the journal: length and CRC-32 of what follows, then sequence, kind and table; then of a change its key and value, of a
/// snapshot what content it has and up to which change. All numbers are little-endian. A torn record, or what a disk kept of older ones, is told
/// by length, CRC and a sequence that falls.
/// </summary>
internal readonly ref struct ChangeFrame
{
    /// <summary>Longest record that is believed when a journal is read.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    private const int PrefixBytes = 8;
    private const int SnapshotBytes = 16;
    private const byte PutKind = 1;
    private const byte RemoveKind = 2;
    private const byte SnapshotKind = 3;

    public required long Sequence { get; init; }

    public required string Table { get; init; }

    /// <summary><see langword="null"/> where a snapshot is told of.</summary>
    public string? Key { get; init; }

    public bool IsRemoval { get; init; }

    /// <summary>Where the entry's value begins in the buffer that was read; it ends with the frame.</summary>
    public int ValueStart { get; init; }

    /// <summary>Where the frame ends in the buffer that was read.</summary>
    public int End { get; init; }

    public SnapshotMark Snapshot { get; init; }

    public static void WritePut(IBufferWriter<byte> output, long sequence, string table, string key, ReadOnlySpan<byte> value) =>
        Write(output, sequence, PutKind, table, key, value);

    public static void WriteRemove(IBufferWriter<byte> output, long sequence, string table, string key) =>
        Write(output, sequence, RemoveKind, table, key, default);

    public static void WriteSnapshot(IBufferWriter<byte> output, long sequence, string table, in SnapshotMark mark)
    {
        Span<byte> value = stackalloc byte[SnapshotBytes];
        BinaryPrimitives.WriteInt64LittleEndian(value, mark.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(value[8..], mark.Content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(value[12..], mark.Content.Crc);
        Write(output, sequence, SnapshotKind, table, "", value);
    }

    /// <returns>False where the records end: nothing more stands there, or it was torn.</returns>
    public static bool TryRead(ReadOnlySpan<byte> segment, int start, long lastSequence, out ChangeFrame frame)
    {
        frame = default;
        if (segment.Length - start < PrefixBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(segment[start..]);
        if (length is < 13 or > MaxBytes || segment.Length - start - PrefixBytes < length)
        {
            return false;
        }

        var content = segment.Slice(start + PrefixBytes, length);
        if (MessageCrc.Compute(content) != BinaryPrimitives.ReadUInt32LittleEndian(segment[(start + 4)..]))
        {
            return false;
        }

        var sequence = BinaryPrimitives.ReadInt64LittleEndian(content);
        var kind = content[8];
        var at = 9;
        var table = ReadText(content, ref at);
        var key = ReadText(content, ref at);
        if (sequence < lastSequence || table is null || key is null)
        {
            return false;
        }

        frame = new ChangeFrame
        {
            Sequence = sequence,
            Table = table,
            Key = kind == SnapshotKind ? null : key,
            IsRemoval = kind == RemoveKind,
            ValueStart = start + PrefixBytes + at,
            End = start + PrefixBytes + length,
            Snapshot = kind == SnapshotKind && length - at >= SnapshotBytes
                ? new SnapshotMark(
                    new Fingerprint(BinaryPrimitives.ReadInt32LittleEndian(content[(at + 8)..]), BinaryPrimitives.ReadUInt32LittleEndian(content[(at + 12)..])),
                    BinaryPrimitives.ReadInt64LittleEndian(content[at..]))
                : default,
        };
        return true;
    }

    private static void Write(IBufferWriter<byte> output, long sequence, byte kind, string table, string key, ReadOnlySpan<byte> value)
    {
        var tableBytes = Encoding.UTF8.GetByteCount(table);
        var keyBytes = Encoding.UTF8.GetByteCount(key);
        var length = 9 + 2 + tableBytes + 2 + keyBytes + value.Length;
        var frame = output.GetSpan(PrefixBytes + length)[..(PrefixBytes + length)];
        var content = frame[PrefixBytes..];
        BinaryPrimitives.WriteInt64LittleEndian(content, sequence);
        content[8] = kind;
        var at = 9;
        WriteText(content, ref at, table, tableBytes);
        WriteText(content, ref at, key, keyBytes);
        value.CopyTo(content[at..]);
        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], MessageCrc.Compute(content));
        output.Advance(frame.Length);
    }

    private static void WriteText(Span<byte> content, ref int at, string text, int byteCount)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(content[at..], checked((ushort)byteCount));
        at += 2 + Encoding.UTF8.GetBytes(text, content[(at + 2)..]);
    }

    private static string? ReadText(ReadOnlySpan<byte> content, ref int at)
    {
        if (content.Length - at < 2)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(content[at..]);
        at += 2;
        if (content.Length - at < length)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(content.Slice(at, length));
        at += length;
        return text;
    }
}
