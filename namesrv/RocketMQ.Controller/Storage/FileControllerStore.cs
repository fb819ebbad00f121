using System.Globalization;
using System.Text;
using RocketMQ.Controller.Sets;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Controller.Storage;

/// <summary>
/// The store of a controller that stands alone: one file, read at start and replaced as a whole before anybody is told of a change. It begins with a line
/// that says what it is and its checksum; then a line for each set.
/// </summary>
public sealed class FileControllerStore(string path, string selfId, string selfAddress) : IControllerStore
{
    private const string Title = "RocketMQ.Net controller 1";

    private readonly Lock _lock = new();
    private Dictionary<string, (BrokerSet Set, long Version)> _sets = new(StringComparer.Ordinal);
    private long _lastVersion;

    /// <summary>Whether a write failed after which the file may hold what nobody was told.</summary>
    private bool _isFileInDoubt;

    public Leadership Leadership { get; private set; } = Leadership.Unknown;

    public event Action? LeadershipChanged;

    public IReadOnlyCollection<BrokerSet> Seen
    {
        get
        {
            lock (_lock)
            {
                return [.. _sets.Values.Select(each => each.Set)];
            }
        }
    }

    /// <exception cref="ConfigurationException">The file is damaged, or can't be read.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _sets = Load().ToDictionary(set => set.Name, set => (set, ++_lastVersion), StringComparer.Ordinal);
        }

        Leadership = new Leadership(true, selfId, selfAddress);
        LeadershipChanged?.Invoke();
        return Task.CompletedTask;
    }

    public Task StopAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public BrokerSet? FindSeen(string name)
    {
        lock (_lock)
        {
            return _sets.GetValueOrDefault(name).Set;
        }
    }

    public ValueTask<StoreAnswer> ReadAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var (set, version) = _sets.GetValueOrDefault(name);
            return ValueTask.FromResult(_isFileInDoubt && Save(_sets) is { } failure ? failure : new StoreAnswer(StoreStatus.Done, set, version));
        }
    }

    /// <summary>Blocks until the file is on the disk.</summary>
    public ValueTask<StoreAnswer> WriteAsync(string name, BrokerSet? set, long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_sets.GetValueOrDefault(name).Version != version)
            {
                return ValueTask.FromResult(new StoreAnswer(StoreStatus.Changed));
            }

            var changed = new Dictionary<string, (BrokerSet Set, long Version)>(_sets, StringComparer.Ordinal);
            changed.Remove(name);
            if (set is not null)
            {
                changed[name] = (set, _lastVersion + 1);
            }

            if (Save(changed) is { } failure)
            {
                return ValueTask.FromResult(failure);
            }

            _lastVersion++;
            _sets = changed;
            return ValueTask.FromResult(new StoreAnswer(StoreStatus.Done, set, set is null ? 0 : _lastVersion));
        }
    }

    private StoreAnswer? Save(Dictionary<string, (BrokerSet Set, long Version)> sets)
    {
        try
        {
            _isFileInDoubt = true;
            ReplacedFile.Write(path, Print(sets.Values.Select(each => each.Set)));
            _isFileInDoubt = false;
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new StoreAnswer(StoreStatus.Failed, Reason: $"the controller's file {path} can't be written: {e.Message}");
        }
    }

    private static byte[] Print(IEnumerable<BrokerSet> sets)
    {
        using var lines = new MemoryStream();
        foreach (var set in sets.OrderBy(set => set.Name, StringComparer.Ordinal))
        {
            lines.Write(BrokerSetText.Write(set));
            lines.WriteByte((byte)'\n');
        }

        var body = lines.ToArray();
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Title} {MessageCrc.OfBody(body):x8}\n")), .. body];
    }

    private List<BrokerSet> Load()
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllBytes(path)) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The controller's file {path} can't be read: {e.Message}");
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(
                $"The controller's file {path} is damaged: {e.Message}. {path}.bak is what it held before its last change: look whether its epochs are those of the brokers' epoch files before you put it in its place. " +
                "Without either file broker sets begin anew, and whichever broker asks first becomes master, whatever it has lost.");
        }
    }

    private static List<BrokerSet> Parse(byte[] content)
    {
        var end = Array.IndexOf(content, (byte)'\n');
        var title = end < 0 ? "" : Encoding.ASCII.GetString(content, 0, end);
        var body = content.AsMemory(end + 1);
        if (!title.StartsWith(Title + " ", StringComparison.Ordinal))
        {
            throw new FormatException($"it does not begin with '{Title}'");
        }

        if (title[(Title.Length + 1)..] != MessageCrc.OfBody(body.Span).ToString("x8", CultureInfo.InvariantCulture))
        {
            throw new FormatException("its checksum is another");
        }

        var sets = new List<BrokerSet>();
        while (body.Span.IndexOf((byte)'\n') is >= 0 and var length)
        {
            sets.Add(BrokerSetText.Read(body[..length]));
            body = body[(length + 1)..];
        }

        return sets;
    }
}
