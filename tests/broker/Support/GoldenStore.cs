using System.Formats.Tar;
using System.IO.Compression;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>A copy of a store directory that Apache's broker wrote; see tests/store/golden/README.md.</summary>
internal sealed class GoldenStore : IDisposable
{
    /// <summary>About when all of them were written: retention goes by the age of files.</summary>
    private static readonly DateTime WrittenAt = new(2026, 11, 21, 9, 0, 0, DateTimeKind.Utc);

    private readonly string _name;

    private GoldenStore(string name, string path)
    {
        _name = name;
        Path = path;
    }

    public string Path { get; }

    /// <summary>The options it was written with.</summary>
    public StoreOptions Options => new()
    {
        StorePathRootDir = Path,
        MappedFileSizeCommitLog = _name == "store-lmq" ? 64 * 1024 : 1024 * 1024,
        MappedFileSizeConsumeQueue = _name is "store-clean" or "store-crash" ? 20_000 : 4_000,
        MapperFileSizeBatchConsumeQueue = 4_600,
        MaxHashSlotNum = _name == "store-lmq" ? 100 : 1000,
        MaxIndexNum = _name == "store-lmq" ? 400 : 4000,
        MappedFileSizeTimerLog = 2048,
    };

    public static GoldenStore Unpack(string name)
    {
        var directory = Directory.CreateTempSubdirectory("rocketmq-golden-").FullName;
        using var packed = new GZipStream(
            File.OpenRead(System.IO.Path.Combine(AppContext.BaseDirectory, "golden", name + ".tar.gz")), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(packed, directory, overwriteFiles: true);
        UnpackWheel(directory);
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, WrittenAt);
        }

        return new GoldenStore(name, directory);
    }

    /// <summary>37 MiB of almost nothing.</summary>
    private static void UnpackWheel(string directory)
    {
        var packed = System.IO.Path.Combine(directory, "timerwheel.gz");
        if (!File.Exists(packed))
        {
            return;
        }

        using (var from = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        using (var to = File.Create(System.IO.Path.Combine(directory, "timerwheel")))
        {
            from.CopyTo(to);
        }

        File.Delete(packed);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
