using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// One file under <c>config/</c>: Apache's JSON with the previous content beside it as <c>.bak</c>. It is replaced atomically, so that
/// a crash leaves the old content or the new, never half of it. Blocks on the disk: not for loop threads, but for rare changes.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="logger">The log.</param>
/// <param name="isPrivate">It holds secrets: nobody but the owner reads it or its backup.</param>
public sealed class ConfigFile(string path, ILogger logger, bool isPrivate = false)
{
    private readonly Lock _lock = new();
    private byte[]? _last;
    private bool _isDamaged;

    public string Path { get; } = path;

    /// <summary>Reads the file; where it is missing, empty or unreadable, its backup; <c>default</c> when there is neither.</summary>
    /// <param name="parse">Throws on content it can't read.</param>
    /// <exception cref="ConfigurationException">There are files, but none that makes sense: starting without them would lose what they say.</exception>
    public T? Load<T>(Func<ReadOnlyMemory<byte>, T> parse)
        where T : class
    {
        Exception? damage = null;
        if (isPrivate)
        {
            ReplacedFile.Restrict(Path);
            ReplacedFile.Restrict(Path + ".bak");
        }

        foreach (var candidate in new[] { Path, Path + ".bak" })
        {
            if (!File.Exists(candidate) || File.ReadAllBytes(candidate) is not { Length: > 0 } content)
            {
                continue;
            }

            try
            {
                return parse(content);
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

    /// <summary>Writes the content if it is not what was written last.</summary>
    public void Save(byte[] content)
    {
        lock (_lock)
        {
            if (_last is not null && _last.AsSpan().SequenceEqual(content))
            {
                return;
            }

            ReplacedFile.Write(Path, content, keepsOld: !_isDamaged, isPrivate);
            _isDamaged = false;
            _last = content;
        }
    }
}
