using Microsoft.Extensions.Logging;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Consuming;

/// <summary>
/// Offsets of a broadcasting consumer, in a JSON file that Apache's clients read and write as well. The file before the last write stays
/// beside it as <c>.bak</c>, for the case that the process dies while it writes.
/// </summary>
internal sealed class FileOffsetStore(string path, ILogger logger) : IOffsetStore
{
    private readonly Dictionary<MessageQueue, long> _offsets = [];
    private bool _loaded;

    public async Task<long?> ReadAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        if (!Volatile.Read(ref _loaded))
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        lock (_offsets)
        {
            return _offsets.TryGetValue(queue, out var offset) ? offset : null;
        }
    }

    public async Task WriteAsync(IReadOnlyCollection<KeyValuePair<MessageQueue, long>> changed, CancellationToken cancellationToken)
    {
        byte[] json;
        lock (_offsets)
        {
            foreach (var (queue, offset) in changed)
            {
                _offsets[queue] = offset;
            }

            json = RemotingJson.Serialize(new OffsetFile { OffsetTable = _offsets });
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            File.Copy(path, path + ".bak", overwrite: true);
        }

        var draft = path + ".tmp";
        await File.WriteAllBytesAsync(draft, json, cancellationToken).ConfigureAwait(false);
        File.Move(draft, path, overwrite: true);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var file = await TryReadAsync(path, cancellationToken).ConfigureAwait(false)
            ?? await TryReadAsync(path + ".bak", cancellationToken).ConfigureAwait(false)
            ?? new OffsetFile();
        lock (_offsets)
        {
            foreach (var (queue, offset) in file.OffsetTable)
            {
                _offsets.TryAdd(queue, offset);
            }
        }

        Volatile.Write(ref _loaded, true);
    }

    private async Task<OffsetFile?> TryReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(file) ? RemotingJson.Deserialize<OffsetFile>(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)) : null;
        }
        catch (Exception e) when (e is RemotingJsonException or IOException)
        {
            Log.OffsetFileBroken(logger, file, e.Message);
            return null;
        }
    }

    private sealed record OffsetFile
    {
        public Dictionary<MessageQueue, long> OffsetTable { get; init; } = [];
    }
}
