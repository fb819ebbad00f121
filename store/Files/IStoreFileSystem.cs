namespace RocketMQ.Store.Files;

/// <summary>
/// All the store asks of a file system. Tests put one here that forgets what was not flushed, or that fails on purpose.
/// Operations throw <see cref="IOException"/> as the operating system does.
/// </summary>
public interface IStoreFileSystem
{
    void CreateDirectory(string path);

    bool FileExists(string path);

    bool DirectoryExists(string path) => DirectoryNames(Path.GetDirectoryName(path)!).Contains(Path.GetFileName(path));

    /// <summary>Names, sorted by code unit, of the files in a directory; none when it is missing.</summary>
    IReadOnlyList<string> FileNames(string directory);

    /// <summary>Names, sorted by code unit, of the directories in a directory; none when it is missing.</summary>
    IReadOnlyList<string> DirectoryNames(string directory);

    /// <summary>Length in bytes; −1 when there is no such file.</summary>
    long FileLength(string path);

    DateTimeOffset LastWriteTime(string path);

    void DeleteFile(string path);

    /// <summary>Gives a file another name, replacing what has it.</summary>
    void MoveFile(string path, string newPath);

    /// <summary>
    /// Returns when the names in a directory are on the disk: files and directories that were made, moved there or deleted. A file's own flush does
    /// not promise that its name outlives a power failure. Nothing happens where the directory is missing or the system keeps names by itself.
    /// </summary>
    void FlushDirectory(string path);

    /// <summary>Deletes a directory and what is in it; nothing happens when it is missing.</summary>
    void DeleteDirectory(string path);

    /// <summary>Opens a file for reading and writing, creating it empty when <paramref name="create"/> is given and it is missing.</summary>
    IStoreFile OpenFile(string path, bool create);

    /// <summary>
    /// <see cref="OpenFile(string, bool)"/> for one that may hold secrets: a private file is its owner's alone from then on, where files have permissions.
    /// </summary>
    IStoreFile OpenFile(string path, bool create, bool isPrivate) => OpenFile(path, create);

    /// <summary>Creates a file anew, empty, with the permissions that another has, where files have permissions and there is that other.</summary>
    IStoreFile CreateFileLike(string model, string path)
    {
        DeleteFile(path);
        return OpenFile(path, create: true);
    }

    /// <summary>All of a small file, which this process need not be allowed to write.</summary>
    byte[] ReadFile(string path)
    {
        using var file = OpenFile(path, create: false);
        var bytes = new byte[file.Length];
        return file.Read(bytes, 0) == bytes.Length ? bytes : throw new IOException($"{path} became shorter while it was read");
    }

    /// <summary>Creates a file of this size, all zeros, its space reserved, and maps it.</summary>
    /// <exception cref="DiskFullException">The space could not be reserved; no file is left.</exception>
    IMappedFile CreateMapped(string path, long size);

    /// <summary>Maps a file, extending it with zeros when it is shorter than <paramref name="size"/>.</summary>
    IMappedFile OpenMapped(string path, long size);

    /// <summary><see cref="OpenMapped(string, long)"/> for a file of that size that need not be writable; what would change a read-only one fails.</summary>
    IMappedFile OpenMapped(string path, long size, bool isReadOnly) => OpenMapped(path, size);

    /// <summary>Whether this process may write to a file, or make one in a directory, as far as rights and mounts tell.</summary>
    bool IsWritable(string path) => true;

    /// <summary>Holds a file so that no other process, nor another call, can; disposing lets go.</summary>
    /// <exception cref="IOException">It is held already.</exception>
    IDisposable Lock(string path);

    DiskSpace SpaceOf(string directory);

    /// <summary>
    /// Returns true when all that was written to the file system of a directory is on the disk; false, at once, where that cannot be asked for and
    /// each file has to be flushed.
    /// </summary>
    bool TryFlushAll(string directory) => false;
}
