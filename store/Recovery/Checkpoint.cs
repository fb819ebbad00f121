using System.Buffers.Binary;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Files;

namespace RocketMQ.Store.Recovery;

/// <summary>
/// The <c>checkpoint</c> file, 4096 bytes: up to which store timestamps log, queues and index are on the disk. Apache's five longs come first;
/// from byte 64 on stands our own replay point, with a CRC, which Apache neither reads nor writes: long physicalOffset | long lastRecordOffset |
/// int crc of both.
/// </summary>
internal sealed class Checkpoint
{
    private const int FileSize = 4096;
    private const int ReplayAt = 64;

    private readonly IStoreFileSystem _files;
    private readonly string _path;
    private readonly Lock _lock = new();

    private Checkpoint(IStoreFileSystem files, string path)
    {
        _files = files;
        _path = path;
    }

    /// <summary>Store timestamp up to which the commit log is on the disk.</summary>
    public long LogTimestamp { get; set; }

    /// <summary>Store timestamp up to which consume queues are on the disk.</summary>
    public long QueuesTimestamp { get; set; }

    /// <summary>Store timestamp up to which index files are on the disk.</summary>
    public long IndexTimestamp { get; set; }

    public long MasterFlushedOffset { get; set; }

    public long ConfirmOffset { get; set; }

    /// <summary>Where dispatch resumes after a crash; null when this broker did not write the file.</summary>
    public ReplayPoint? Replay { get; set; }

    /// <summary>Anything stored up to then, with three seconds to spare, is on the disk and in the queues.</summary>
    public long SafeTimestamp => Math.Max(0, Math.Min(LogTimestamp, QueuesTimestamp) - 3_000);

    public static Checkpoint Load(IStoreFileSystem files, string path)
    {
        var checkpoint = new Checkpoint(files, path);
        if (!files.FileExists(path))
        {
            return checkpoint;
        }
        using var file = files.OpenFile(path, create: false);
        Span<byte> bytes = stackalloc byte[128];
        if (file.Read(bytes, 0) < bytes.Length)
        {
            return checkpoint;
        }
        checkpoint.LogTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes);
        checkpoint.QueuesTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[8..]);
        checkpoint.IndexTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]);
        checkpoint.MasterFlushedOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[24..]);
        checkpoint.ConfirmOffset = BinaryPrimitives.ReadInt64BigEndian(bytes[32..]);
        var replay = bytes[ReplayAt..];
        if (replay[..20].ContainsAnyExcept((byte)0) && BinaryPrimitives.ReadUInt32BigEndian(replay[16..]) == MessageCrc.Compute(replay[..16]))
        {
            checkpoint.Replay = new(BinaryPrimitives.ReadInt64BigEndian(replay), BinaryPrimitives.ReadInt64BigEndian(replay[8..]));
        }
        return checkpoint;
    }

    /// <summary>Queues are about to be made anew from the log: until they are on the disk, a start after a crash reads it from its beginning.</summary>
    public void Rewind()
    {
        Replay = null;
        QueuesTimestamp = 0;
        Save();
    }

    /// <summary>The log is cut: nothing here says more than is left of it. On the disk with <see cref="Save"/>.</summary>
    /// <param name="end">Where it ends.</param>
    /// <param name="lastRecord">Start of its last record; −1 when it has none.</param>
    /// <param name="lastTimestamp">When that was stored.</param>
    public void CutAt(long end, long lastRecord, long lastTimestamp)
    {
        if (Replay is { } point && point.PhysicalOffset > end)
        {
            Replay = lastRecord >= 0 ? new ReplayPoint(end, lastRecord) : null;
        }
        LogTimestamp = Math.Min(LogTimestamp, lastTimestamp);
        QueuesTimestamp = Math.Min(QueuesTimestamp, lastTimestamp);
        IndexTimestamp = Math.Min(IndexTimestamp, lastTimestamp);
        MasterFlushedOffset = Math.Min(MasterFlushedOffset, end);
        ConfirmOffset = Math.Min(ConfirmOffset, end);
    }

    /// <summary>Writes the file and brings it to the disk.</summary>
    public void Save()
    {
        lock (_lock)
        {
            using var file = _files.OpenFile(_path, create: true);
            if (file.Length < FileSize)
            {
                file.SetLength(FileSize);
                _files.FlushDirectory(Path.GetDirectoryName(_path)!);
            }
            Span<byte> bytes = stackalloc byte[128];
            bytes.Clear();
            BinaryPrimitives.WriteInt64BigEndian(bytes, LogTimestamp);
            BinaryPrimitives.WriteInt64BigEndian(bytes[8..], QueuesTimestamp);
            BinaryPrimitives.WriteInt64BigEndian(bytes[16..], IndexTimestamp);
            BinaryPrimitives.WriteInt64BigEndian(bytes[24..], MasterFlushedOffset);
            BinaryPrimitives.WriteInt64BigEndian(bytes[32..], ConfirmOffset);
            if (Replay is { } point)
            {
                var replay = bytes[ReplayAt..];
                BinaryPrimitives.WriteInt64BigEndian(replay, point.PhysicalOffset);
                BinaryPrimitives.WriteInt64BigEndian(replay[8..], point.LastRecordOffset);
                BinaryPrimitives.WriteUInt32BigEndian(replay[16..], MessageCrc.Compute(replay[..16]));
            }
            file.Write(bytes, 0);
            file.Flush();
        }
    }
}
