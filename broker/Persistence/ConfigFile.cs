using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// One file under <c>config/</c>: Apache's JSON with the previous content beside it as <c>.bak</c>. Both are replaced atomically and are on
/// the disk before that, so that a kill or a power failure at any moment leaves the old content or the new, never half of it. Blocks on the
/// disk: not for loop threads, but for rare changes.
/// </summary>
public sealed class ConfigFile(string path, IStoreFileSystem files, ILogger logger)
{
    private readonly Lock _lock = new();
    private bool _isWritten;
    private bool _isDamaged;

    public string Path { get; } = path;

    /// <summary>What <see cref="Load"/> read or <see cref="Save"/> wrote last.</summary>
    public Fingerprint Content { get; private set; }

    /// <summary>Reads the file; where it is missing, empty or unreadable, its backup; <c>default</c> when there is neither.</summary>
    /// <param name="parse">Throws on content it can't read.</param>
    /// <exception cref="ConfigurationException">There are files, but none that makes sense: starting without them would lose what they say.</exception>
    public T? Load<T>(Func<ReadOnlyMemory<byte>, T> parse)
        where T : class
    {
        Exception? damage = null;
        foreach (var candidate in new[] { Path, Path + ".bak" })
        {
            if (Read(candidate) is not { Length: > 0 } content)
            {
                continue;
            }

            try
            {
                var parsed = parse(content);
                Content = Fingerprint.Of(content);
                return parsed;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.ConfigUnreadable(logger, candidate, e);
                damage ??= e;
                _isDamaged |= candidate == Path;
            }
        }

        return damage is null
            ? null
            : throw new ConfigurationException(
                $"{Path} can't be read and there is no good {Path}.bak: {damage.Message} Move the file away to start without it.");
    }

    /// <summary>Writes the content, if it is not what was written last, and returns when it is on the disk.</summary>
    /// <exception cref="IOException">The disk is full or gone; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public void Save(byte[] content)
    {
        lock (_lock)
        {
            var fingerprint = Fingerprint.Of(content);
            if (_isWritten && Content == fingerprint)
            {
                return;
            }

            var directory = System.IO.Path.GetDirectoryName(Path)!;
            files.CreateDirectory(directory);
            Write(Path + ".tmp", content);
            if (!_isDamaged && Read(Path) is { Length: > 0 } old)
            {
                Write(Path + ".bak.tmp", old);
                files.MoveFile(Path + ".bak.tmp", Path + ".bak");
            }

            files.MoveFile(Path + ".tmp", Path);
            files.FlushDirectory(directory);
            _isDamaged = false;
            _isWritten = true;
            Content = fingerprint;
        }
    }

    /// <summary>Changes that were made here count no more: the file was written by somebody else since.</summary>
    internal void TellForeign(int changes) => Log.ForeignContent(logger, Path, changes);

    private void Write(string file, byte[] content)
    {
        using var written = files.OpenFile(file, create: true);
        written.SetLength(0);
        written.Write(content, 0);
        written.Flush();
    }

    private byte[]? Read(string file)
    {
        if (!files.FileExists(file))
        {
            return null;
        }

        using var read = files.OpenFile(file, create: false);
        var content = new byte[read.Length];
        return read.Read(content, 0) == content.Length ? content : throw new IOException($"{file} became shorter while it was read");
    }
}
