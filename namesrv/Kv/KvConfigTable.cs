using System.Collections.Immutable;
using RocketMQ.NameServer.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.NameServer.Kv;

/// <summary>Texts by namespace and key, kept in <c>kvConfig.json</c>. A change is on disk before it can be read.</summary>
internal sealed class KvConfigTable(string path, LiveOptions options)
{
    /// <summary>The namespace whose keys are topics and whose values are their queues with a global order.</summary>
    public const string OrderTopicConfig = "ORDER_TOPIC_CONFIG";

    private static readonly ImmutableSortedDictionary<string, string> NoKeys =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private volatile ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> _namespaces =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, string>>(StringComparer.Ordinal);

    /// <summary>Reads the file, or its backup where the file is missing or empty.</summary>
    /// <exception cref="ConfigurationException">The file can't be read or is damaged: starting without it would write over it.</exception>
    public void Load()
    {
        var source = new[] { path, path + ".bak" }.FirstOrDefault(f => new FileInfo(f) is { Exists: true, Length: > 0 });
        if (source is null)
        {
            return;
        }

        try
        {
            var stored = RemotingJson.Deserialize<KVConfigSerializeWrapper>(File.ReadAllBytes(source));
            _namespaces = stored.ConfigTable.ToImmutableSortedDictionary(
                n => n.Key, n => NoKeys.AddRange(n.Value), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is RemotingJsonException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{source} can't be used: {e.Message} Mend it, or move it and its backup away to start without.");
        }
    }

    public string? Get(string name, string key) => _namespaces.GetValueOrDefault(name)?.GetValueOrDefault(key);

    /// <summary>The keys of a namespace; <see langword="null"/> if nothing was ever put there.</summary>
    public KVTable? List(string name) =>
        _namespaces.TryGetValue(name, out var keys) ? new KVTable { Table = new Dictionary<string, string>(keys) } : null;

    /// <exception cref="ConfigurationException">The file can't be written, or there is no room; nothing changed.</exception>
    public void Put(string name, string key, string value)
    {
        lock (_lock)
        {
            CheckRoom(name, key, value);
            Replace(_namespaces.SetItem(name, _namespaces.GetValueOrDefault(name, NoKeys).SetItem(key, value)));
        }
    }

    /// <summary>A change writes the file anew as it is: counting what is in it costs no more than that.</summary>
    private void CheckRoom(string name, string key, string value)
    {
        var limits = options.Current;
        var count = _namespaces.Sum(n => 1 + n.Value.Count) + (Get(name, key) is null ? 1 : 0);
        if (count > limits.MaxKvConfigNum)
        {
            throw new ConfigurationException($"The change was not made: there are {count - 1} namespaces and keys, the limit is {limits.MaxKvConfigNum} (maxKvConfigNum).");
        }

        var size = _namespaces.Sum(n => n.Key.Length + n.Value.Sum(k => (long)k.Key.Length + k.Value.Length)) + name.Length + key.Length + value.Length;
        if (size > limits.MaxKvConfigSize)
        {
            throw new ConfigurationException($"The change was not made: keys and values would have {size} characters, the limit is {limits.MaxKvConfigSize} (maxKvConfigSize).");
        }
    }

    /// <summary>An emptied namespace stays, as in Apache's.</summary>
    /// <exception cref="ConfigurationException">The file can't be written; nothing changed.</exception>
    public void Delete(string name, string key)
    {
        lock (_lock)
        {
            if (_namespaces.TryGetValue(name, out var keys) && keys.ContainsKey(key))
            {
                Replace(_namespaces.SetItem(name, keys.Remove(key)));
            }
        }
    }

    private void Replace(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, string>> namespaces)
    {
        var stored = new KVConfigSerializeWrapper
        {
            ConfigTable = namespaces.ToDictionary(n => n.Key, n => new Dictionary<string, string>(n.Value)),
        };
        try
        {
            ReplacedFile.Write(path, RemotingJson.Serialize(stored));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The change was not made: {path} can't be written: {e.Message}");
        }

        _namespaces = namespaces;
    }
}
