using System.Globalization;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Persistence;

/// <summary>Reads what an earlier run left of its journal.</summary>
internal static class JournalReader
{
    /// <summary>At the start of each segment.</summary>
    public static ReadOnlySpan<byte> Magic => "RMQNCHG1"u8;

    public static string PathOf(string directory, long number) => Path.Combine(directory, number.ToString("D20", CultureInfo.InvariantCulture));

    /// <summary>Reads all segments, oldest first, each up to its end or to where it is torn; and brings them to the disk, where a kill may have kept them from it.</summary>
    /// <param name="directory">Where they are.</param>
    /// <param name="files">The file system.</param>
    /// <param name="history">What they say, by table.</param>
    /// <param name="lastNumber">Of the newest segment; 0 when there is none.</param>
    /// <param name="lastSequence">The highest that was read.</param>
    public static List<JournalSegment> Read(
        string directory, IStoreFileSystem files, Dictionary<string, TableHistory> history, out long lastNumber, out long lastSequence)
    {
        var segments = new List<JournalSegment>();
        lastNumber = 0;
        lastSequence = 0;
        foreach (var name in files.FileNames(directory))
        {
            if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                continue;
            }

            var path = Path.Combine(directory, name);
            using (var file = files.OpenFile(path, create: false))
            {
                var content = new byte[file.Length];
                var read = file.Read(content, 0);
                file.Flush();
                lastSequence = Math.Max(lastSequence, Read(content.AsMemory(0, read), history));
            }

            lastNumber = Math.Max(lastNumber, number);
            segments.Add(new JournalSegment(path, null) { LastSequence = lastSequence });
        }

        return segments;
    }

    private static long Read(ReadOnlyMemory<byte> segment, Dictionary<string, TableHistory> history)
    {
        var last = 0L;
        if (!segment.Span.StartsWith(Magic))
        {
            return last;
        }

        for (var at = Magic.Length; ChangeFrame.TryRead(segment.Span, at, last, out var frame); at = frame.End)
        {
            last = frame.Sequence;
            if (!history.TryGetValue(frame.Table, out var table))
            {
                history[frame.Table] = table = new TableHistory();
            }

            if (frame.Key is { } key)
            {
                // Not a plain null: it would be taken for an array that is none, and that for an empty entry.
                ReadOnlyMemory<byte>? value = frame.IsRemoval ? default(ReadOnlyMemory<byte>?) : segment[frame.ValueStart..frame.End];
                table.Changes.Add(new TableChange(frame.Sequence, key, value));
            }
            else
            {
                table.Snapshots.Add(frame.Snapshot);
            }
        }

        return last;
    }
}
