using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Load;

/// <summary>What the machine can do at best, measured beside a store so that the answer is a part of the limit.</summary>
internal static class StoreLimits
{
    private const int Flushes = 100;
    private const int PageSize = 4096;

    /// <summary>Bytes per second of copying <paramref name="blockSize"/> at a time within memory that is there.</summary>
    public static double CopyRate(int blockSize, long totalBytes)
    {
        var source = new byte[blockSize];
        var destination = new byte[32 * 1024 * 1024];
        destination.AsSpan().Fill(1);
        var started = Stopwatch.GetTimestamp();
        var at = 0;
        for (long copied = 0; copied < totalBytes; copied += blockSize)
        {
            at = at + blockSize > destination.Length ? 0 : at;
            source.CopyTo(destination.AsSpan(at));
            at += blockSize;
        }

        return totalBytes / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Blocks per second of writing one after another into a new mapped file whose pages nobody has touched.</summary>
    public static unsafe double MappedWriteRate(string path, int blockSize, long count)
    {
        var size = blockSize * count;
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.ReadWrite, PreallocationSize = size, Options = FileOptions.DeleteOnClose,
        });
        stream.SetLength(size);
        using var map = MemoryMappedFile.CreateFromFile(stream, null, size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        using var view = map.CreateViewAccessor();
        byte* start = null;

        // SAFETY: released below; every write ends before size.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var block = new byte[blockSize];
            block.AsSpan().Fill(1);
            var started = Stopwatch.GetTimestamp();
            for (long i = 0; i < count; i++)
            {
                block.CopyTo(new Span<byte>(start + i * blockSize, blockSize));
            }

            return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    /// <summary>Times of bringing one page to the disk.</summary>
    public static LatencyFigures FlushTimes(string path)
    {
        var times = new LatencyHistogram();
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = Flushes * PageSize, Options = FileOptions.DeleteOnClose,
        });
        var page = new byte[PageSize];
        for (var i = 0; i < Flushes; i++)
        {
            stream.Write(page);
            var started = Stopwatch.GetTimestamp();
            stream.Flush(flushToDisk: true);
            times.Record(Stopwatch.GetElapsedTime(started));
        }

        return LatencyFigures.Of(times)!;
    }
}
