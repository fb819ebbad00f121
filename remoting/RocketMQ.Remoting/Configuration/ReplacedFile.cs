namespace RocketMQ.Remoting.Configuration;

/// <summary>A small file that is replaced as a whole: a crash leaves the old content or the new, and the one before stays as <c>.bak</c>.</summary>
public static class ReplacedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Blocks until the content is on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="keepsOld">False when what stands there is damaged and must not push out the backup.</param>
    /// <param name="isPrivate">Holds secrets: it and its backup are for the owner alone. Otherwise it keeps the permissions it has. Not on Windows.</param>
    /// <exception cref="IOException">The directory can't be written or the disk is full; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool keepsOld = true, bool isPrivate = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, Creation(path, temporary, isPrivate)))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        if (keepsOld && File.Exists(path))
        {
            if (isPrivate)
            {
                Restrict(path);
                Restrict(path + ".bak");
            }

            File.Copy(path, path + ".bak", overwrite: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Takes a file from all but its owner, where it is there and files have such permissions.</summary>
    public static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    private static FileStreamOptions Creation(string path, string temporary, bool isPrivate)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            // One that a crash left has the permissions of then.
            File.Delete(temporary);
            options.UnixCreateMode = isPrivate ? OwnerOnly : File.Exists(path) ? File.GetUnixFileMode(path) : null;
        }

        return options;
    }
}
