using RocketMQ.Store.Files;

namespace RocketMQ.Store.Timing;

/// <summary>The file <c>config/timercheck</c>, 4096 bytes: a <see cref="TimerCheckpoint"/>, from byte 64 a <see cref="TimerProgress"/>, from byte 112 a <see cref="TimerFollowed"/>.</summary>
internal sealed class TimerCheckpointFile : IDisposable
{
    private const int FileSize = 4096;
    private const int ProgressAt = 64;
    private const int FollowedAt = 112;

    private readonly IStoreFile _file;

    internal TimerCheckpointFile(IStoreFileSystem files, string path)
    {
        files.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = files.OpenFile(path, create: true);
        files.FlushDirectory(Path.GetDirectoryName(path)!);
        if (_file.Length < FileSize)
        {
            _file.SetLength(FileSize);
        }
    }

    internal void Load(out TimerCheckpoint checkpoint, out TimerProgress? progress)
    {
        Span<byte> bytes = stackalloc byte[ProgressAt + TimerProgress.Bytes];
        bytes.Clear();
        _file.Read(bytes, 0);
        checkpoint = TimerCheckpoint.Read(bytes);
        progress = TimerProgress.TryRead(bytes[ProgressAt..], out var read) ? read : null;
    }

    internal TimerFollowed LoadFollowed()
    {
        Span<byte> bytes = stackalloc byte[TimerFollowed.Bytes];
        bytes.Clear();
        _file.Read(bytes, FollowedAt);
        return TimerFollowed.Read(bytes);
    }

    internal void Note(in TimerFollowed followed)
    {
        Span<byte> bytes = stackalloc byte[TimerFollowed.Bytes];
        followed.Write(bytes);
        _file.Write(bytes, FollowedAt);
    }

    internal void Save(TimerCheckpoint checkpoint)
    {
        Span<byte> bytes = stackalloc byte[TimerCheckpoint.Bytes];
        checkpoint.Write(bytes);
        _file.Write(bytes, 0);
        _file.Flush();
    }

    internal void Note(in TimerProgress progress)
    {
        Span<byte> bytes = stackalloc byte[TimerProgress.Bytes];
        progress.Write(bytes);
        _file.Write(bytes, ProgressAt);
    }

    public void Dispose() => _file.Dispose();
}
