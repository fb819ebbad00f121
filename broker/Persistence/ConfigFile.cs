using Microsoft.Extensions.Logging;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// One file under <c>config/</c>: Apache's JSON with the previous content beside it as <c>.bak</c>. It is replaced atomically, so that
/// a crash leaves the old content or the new, never half of it.
/// </summary>
public sealed class ConfigFile(string path, ILogger logger)
{
    private readonly Lock _lock = new();
    private byte[]? _last;

    public string Path { get; } = path;

    private string BackupPath => Path + ".bak";

    /// <summary>Reads the file; where it is missing, empty or unreadable, its backup; <c>default</c> when there is neither.</summary>
    /// <param name="parse">Throws on content it can't read.</param>
    public T? Load<T>(Func<ReadOnlyMemory<byte>, T> parse)
        where T : class
    {
        return TryLoad(Path, parse) ?? TryLoad(BackupPath, parse);
    }

    /// <summary>Writes the content if it is not what was written last.</summary>
    public void Save(byte[] content)
    {
        lock (_lock)
        {
            if (_last is not null && _last.AsSpan().SequenceEqual(content))
            {
                return;
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            var temporary = Path + ".tmp";
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            if (File.Exists(Path))
            {
                File.Copy(Path, BackupPath, overwrite: true);
            }

            File.Move(temporary, Path, overwrite: true);
            _last = content;
        }
    }

    private T? TryLoad<T>(string path, Func<ReadOnlyMemory<byte>, T> parse)
        where T : class
    {
        try
        {
            var content = File.ReadAllBytes(path);
            return content.Length == 0 ? null : parse(content);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.ConfigUnreadable(logger, path, e);
            return null;
        }
    }
}
