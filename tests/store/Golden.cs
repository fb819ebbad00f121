using System.Formats.Tar;
using System.IO.Compression;
using Newtonsoft.Json.Linq;

namespace RocketMQ.Store.Tests;

/// <summary>Apache's stores and what is known to be in them; see golden/README.md.</summary>
internal static class Golden
{
    public static TestDirectory Unpack(string name)
    {
        var directory = new TestDirectory();
        using var packed = new GZipStream(File.OpenRead(PathOf(name + ".tar.gz")), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(packed, directory, overwriteFiles: true);
        return directory;
    }

    public static JObject Expected(string name)
    {
        using var packed = new GZipStream(File.OpenRead(PathOf(name + ".json.gz")), CompressionMode.Decompress);
        using var text = new StreamReader(packed);
        return JObject.Parse(text.ReadToEnd());
    }

    /// <summary>The options Apache's broker wrote these stores with; but nothing of them expires, however old their files are and whatever the hour.</summary>
    public static StoreOptions Options(string name, string directory) => Layout(name, directory) with { FileReservedTime = 1_000_000 };

    private static StoreOptions Layout(string name, string directory) => name switch
    {
        "store-clean" or "store-crash" => new()
        {
            StorePathRootDir = directory,
            MappedFileSizeCommitLog = 1024 * 1024,
            MappedFileSizeConsumeQueue = 20_000,
            MaxHashSlotNum = 1000,
            MaxIndexNum = 4000,
        },
        "store-pop-timer" => new()
        {
            StorePathRootDir = directory,
            MappedFileSizeCommitLog = 1024 * 1024,
            MappedFileSizeConsumeQueue = 4_000,
            MapperFileSizeBatchConsumeQueue = 4_600,
            MaxHashSlotNum = 1000,
            MaxIndexNum = 4000,
        },
        "store-batchcq" or "store-batchcq-crash" => new()
        {
            StorePathRootDir = directory,
            MappedFileSizeCommitLog = 1024 * 1024,
            MappedFileSizeConsumeQueue = 4_000,
            MapperFileSizeBatchConsumeQueue = 460,
            MaxHashSlotNum = 1000,
            MaxIndexNum = 4000,
        },
        _ => new()
        {
            StorePathRootDir = directory,
            MappedFileSizeCommitLog = 64 * 1024,
            MappedFileSizeConsumeQueue = 4_000,
            MaxHashSlotNum = 100,
            MaxIndexNum = 400,
        },
    };

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "golden", file);
}
