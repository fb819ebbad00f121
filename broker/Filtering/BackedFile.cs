using System.Text;

namespace RocketMQ.Broker.Filtering;

/// <summary>
/// A small text file with its previous content beside it as <c>.bak</c>. At any moment, a crash included, one of the
/// two is whole. Blocks on the disk: not for loop threads.
/// </summary>
internal sealed class BackedFile(string path)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private string? _written;
    private bool _mainIsBad;

    public string Path { get; } = path;

    /// <summary>
    /// The first of file and backup that <paramref name="read"/> makes sense of; default if neither exists or both
    /// are empty.
    /// </summary>
    /// <exception cref="InvalidDataException">What exists makes no sense.</exception>
    public T? Load<T>(Func<string, T> read, Func<Exception, bool> isBad)
    {
        Exception? bad = null;
        foreach (var path in new[] { Path, Path + ".bak" })
        {
            if (!File.Exists(path) || File.ReadAllText(path, Utf8) is not { Length: > 0 } text)
                continue;
            try
            {
                return read(text);
            }
            catch (Exception failure) when (isBad(failure))
            {
                bad ??= failure;
                _mainIsBad |= path == Path;
            }
        }
        return bad is null ? default : throw new InvalidDataException(
            $"{Path} cannot be read and there is no good {Path}.bak: {bad.Message} Move the file away to start without it.", bad);
    }

    /// <summary>Does nothing if this is what was written last.</summary>
    public void Save(string text)
    {
        if (text == _written)
            return;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        var fresh = Path + ".tmp";
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Utf8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }
        // A file that could not be read must not push out the backup that could.
        if (File.Exists(Path) && !_mainIsBad)
            File.Move(Path, Path + ".bak", overwrite: true);
        File.Move(fresh, Path, overwrite: true);
        _mainIsBad = false;
        _written = text;
    }
}
