using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Persistence;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Replication.Membership;

/// <summary>
/// The id that a controller gave this broker within its set, in Apache's file: <c>cluster#brokerName#id</c>. One that is applied for stands in a file beside it
/// first, with the code that it is applied for with: whoever asks twice with the same code gets the same id.
/// </summary>
internal sealed class BrokerIdentity
{
    private readonly BrokerOptions _options;
    private readonly IStoreFileSystem _files;
    private readonly ConfigFile _given;
    private readonly ConfigFile _wanted;

    public BrokerIdentity(BrokerOptions options, StoreOptions store, IStoreFileSystem files, ILogger logger)
    {
        _options = options;
        _files = files;
        var path = options.Replication.StorePathBrokerIdentity is { Length: > 0 } configured ? configured : Path.Combine(store.StorePathRootDir, "brokerIdentity");
        _given = new ConfigFile(path, files, logger);
        _wanted = new ConfigFile(path + "-temp", files, logger);
        Id = _given.Load(content => Parse(content, fields: 3))?.Id;
        Applied = Id is null && _wanted.Load(content => Parse(content, fields: 4)) is { } applied ? (applied.Id, applied.Code) : null;
    }

    /// <summary>The id; null while it has none.</summary>
    public long? Id { get; private set; }

    /// <summary>What was applied for, and whether it was given is not known.</summary>
    public (long Id, string Code)? Applied { get; private set; }

    /// <summary>Notes what is applied for, before it is.</summary>
    public void Apply(long id, string code)
    {
        _wanted.Save(Text($"{id}#{code}"));
        Applied = (id, code);
    }

    /// <summary>Takes what was applied for.</summary>
    public void Take(long id)
    {
        _given.Save(Text(id.ToString(CultureInfo.InvariantCulture)));
        Id = id;
        Forget();
    }

    /// <summary>Somebody else has what was applied for.</summary>
    public void Forget()
    {
        Applied = null;
        _files.DeleteFile(_wanted.Path);
        _files.DeleteFile(_wanted.Path + ".bak");
    }

    /// <summary>The controller knows of no such id: another is applied for.</summary>
    public void Lose()
    {
        Id = null;
        _files.DeleteFile(_given.Path);
        _files.DeleteFile(_given.Path + ".bak");
    }

    private byte[] Text(string rest) => Encoding.UTF8.GetBytes($"{_options.BrokerClusterName}#{_options.BrokerName}#{rest}");

    private Read Parse(ReadOnlyMemory<byte> content, int fields)
    {
        var text = Encoding.UTF8.GetString(content.Span).Trim();
        var parts = text.Split('#');
        if (parts.Length != fields || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id < 1)
        {
            throw new FormatException($"'{text}' is no identity, cluster#brokerName#id.");
        }

        return parts[0] == _options.BrokerClusterName && parts[1] == _options.BrokerName
            ? new Read(id, parts[^1])
            : throw new ConfigurationException(
                $"The store is broker {id} of {parts[0]}#{parts[1]}, and the configuration says {_options.BrokerClusterName}#{_options.BrokerName}: set brokerClusterName and brokerName back, or take an empty store.");
    }

    private sealed record Read(long Id, string Code);
}
