using System.Globalization;
using RocketMQ.Store;

namespace RocketMQ.MqAdmin.Store;

/// <summary>The files of one consume queue, and the units in them.</summary>
internal sealed class QueueListing
{
    /// <summary>Read together when all units are looked at.</summary>
    private const int UnitsPerRead = 4096;

    private readonly List<(string Path, long BaseBytes, long Length)> _files;
    private readonly int _unitBytes;

    private QueueListing(string topic, int queueId, List<(string Path, long BaseBytes, long Length)> files, int unitBytes)
    {
        Topic = topic;
        QueueId = queueId;
        _files = files;
        _unitBytes = unitBytes;
    }

    public string Topic { get; }

    public int QueueId { get; }

    public int FileCount => _files.Count;

    public long TotalBytes => _files.Sum(f => f.Length);

    /// <summary>The offset of the first unit that its files have room for.</summary>
    public long FirstOffset => _files[0].BaseBytes / _unitBytes;

    public long LastLength => _files[^1].Length;

    /// <summary>How far apart its files begin, which is how large they are made; null of a single file.</summary>
    public int? SpacingBytes => _files.Count < 2 ? null : checked((int)(_files[1].BaseBytes - _files[0].BaseBytes));

    /// <returns><see langword="null"/> when the directory is no queue or has no files.</returns>
    public static QueueListing? Load(string directory, int unitBytes)
    {
        if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var queueId))
        {
            return null;
        }

        var files = StoreDirectory.Numbered(directory).Select(f => (f.Path, f.Number, new FileInfo(f.Path).Length)).ToList();
        return files.Count == 0 ? null : new QueueListing(Path.GetFileName(Path.GetDirectoryName(directory)!), queueId, files, unitBytes);
    }

    /// <summary>Every written unit with its offset in the queue, in order; placeholders of messages that are gone are left out.</summary>
    public IEnumerable<(long Offset, QueueUnit Unit)> Units()
    {
        var buffer = new byte[UnitsPerRead * _unitBytes];
        foreach (var (path, baseBytes, length) in _files)
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            for (var at = 0L; at < length;)
            {
                var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
                for (var i = 0; i + _unitBytes <= read; i += _unitBytes)
                {
                    var unit = QueueUnit.Read(buffer.AsSpan(i));
                    if (unit.IsWritten && !unit.IsPlaceholder)
                    {
                        yield return ((baseBytes + at + i) / _unitBytes, unit);
                    }
                }

                at += Math.Max(read, _unitBytes);
            }
        }
    }
}
