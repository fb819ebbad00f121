namespace RocketMQ.Remoting.Configuration;

/// <summary>A small file that is replaced as a whole: a crash leaves the old content or the new, and the one before stays as <c>.bak</c>.</summary>
public static class ReplacedFile
{
    /// <summary>Blocks until the content is on disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of it.</param>
    /// <param name="keepsOld">False when what stands there is damaged and must not push out the backup.</param>
    /// <exception cref="IOException">The directory can't be written or the disk is full; the file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool keepsOld = true)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        if (keepsOld && File.Exists(path))
        {
            File.Copy(path, path + ".bak", overwrite: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
