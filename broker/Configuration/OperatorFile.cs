using System.Text;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Configuration;

/// <summary>
/// The operator's configuration file: read as it stands, for it may be edited by hand at any time, and replaced as a whole, so that a kill or a power
/// failure leaves the old content or the new. The one before stays as <c>.bak</c>; both have the permissions that the file had, for it may hold secrets.
/// </summary>
internal sealed class OperatorFile(string path, IStoreFileSystem files)
{
    /// <exception cref="ConfigurationException">The file can't be read.</exception>
    public JavaProperties Properties()
    {
        try
        {
            return JavaProperties.Parse(Decode(files.ReadFile(path)), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} can't be read: {e.Message}");
        }
    }

    /// <summary>Sets keys anew where they stand and adds others; blocks until that is on the disk.</summary>
    /// <exception cref="IOException">The directory can't be written or the disk is full; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public void Edit(IEnumerable<KeyValuePair<string, string>> changes)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        files.CreateDirectory(directory);
        var old = files.FileExists(path) ? files.ReadFile(path) : null;
        Write(path + ".tmp", Encoding.UTF8.GetBytes(JavaProperties.Edit(Decode(old ?? []), changes)));
        if (old is not null)
        {
            Write(path + ".bak.tmp", old);
            files.MoveFile(path + ".bak.tmp", path + ".bak");
        }

        files.MoveFile(path + ".tmp", path);
        files.FlushDirectory(directory);
    }

    private void Write(string name, byte[] content)
    {
        using var file = files.CreateFileLike(path, name);
        file.Write(content, 0);
        file.Flush();
    }

    /// <summary>Without the mark that some editors put before the text.</summary>
    private static string Decode(byte[] content) => Encoding.UTF8.GetString(content).TrimStart('\uFEFF');
}
