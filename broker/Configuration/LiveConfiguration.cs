using System.Reflection;
using System.Text;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Store;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Configuration;

/// <summary>
/// The settings in force and how they change while the broker runs. The options are shared with all that reads them: those that can be
/// set change at once, the others in the file only, for the next start. Touches the file: not for a loop thread.
/// </summary>
public sealed class LiveConfiguration
{
    /// <summary>How the keys end that hold passwords.</summary>
    private static readonly string[] Secrets = ["initAuthenticationUser", "Credentials", "SecretKey", "AccessKey", "keyPassword", "metricsGrpcExporterHeader"];

    private readonly BrokerOptions _broker;
    private readonly StoreOptions _store;
    private readonly TimeProvider _time;
    private readonly OperatorFile _file;
    private readonly Lock _lock = new();

    /// <summary>Apache's keys that change nothing here, as they were set, or else with Apache's defaults.</summary>
    private readonly Dictionary<string, string> _unused;

    /// <exception cref="ConfigurationException">The configuration file can't be read.</exception>
    public LiveConfiguration(BrokerOptions broker, StoreOptions store, IStoreFileSystem files, TimeProvider time)
    {
        _broker = broker;
        _store = store;
        _time = time;
        _unused = new Dictionary<string, string>(BrokerConfiguration.ApacheDefaults, StringComparer.Ordinal);
        _file = new OperatorFile(broker.BrokerConfigPath, files);
        KeepUnused(broker.BrokerConfigPath.Length > 0 ? _file.Properties() : JavaProperties.Empty);
    }

    /// <summary>Counts the updates.</summary>
    public DataVersion Version { get; private set; } = new();

    /// <summary>A value as it may be shown to others: of keys that hold passwords only that they are set.</summary>
    public static string Masked(string key, string value) =>
        value.Length > 0 && Secrets.Any(secret => key.EndsWith(secret, StringComparison.Ordinal)) ? "******" : value;

    /// <summary>Every key as it is in force, <c>key=value</c> lines in order; passwords are masked.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            var lines = OptionsBinder.Describe(_broker, JavaProperties.Empty)
                .Concat(OptionsBinder.Describe(_store, JavaProperties.Empty))
                .Concat(OptionsBinder.Describe(_broker.Tls, JavaProperties.Empty))
                .Concat(OptionsBinder.Describe(_broker.Replication, JavaProperties.Empty))
                .Select(setting => KeyValuePair.Create(setting.Key, setting.Value))
                .Append(KeyValuePair.Create("useTLS", OptionsBinder.Format(_broker.Tls.IsClientEnabled)))
                .Concat(_unused)
                .DistinctBy(setting => setting.Key)
                .Select(setting => KeyValuePair.Create(setting.Key, Masked(setting.Key, setting.Value)))
                .OrderBy(setting => setting.Key, StringComparer.Ordinal);
            return lines.Aggregate(new StringBuilder(), (text, line) => text.Append(line.Key).Append('=').Append(line.Value).Append('\n')).ToString();
        }
    }

    /// <summary>Checks all changes, writes them to the file and puts in force what can be; or does nothing at all.</summary>
    /// <exception cref="ForbiddenKeyException">A key is in configBlackList, or not among those that may be changed while the broker runs.</exception>
    /// <exception cref="ConfigurationException">
    /// A key is unknown, a value does not fit, the file can't be written, or there is none and a key waits for a restart.
    /// </exception>
    public ConfigurationUpdate Update(JavaProperties changes)
    {
        Forbid(changes);
        var unused = BrokerConfiguration.Check(changes, "mqadmin getBrokerConfig");
        RequireUpdatable(changes);
        lock (_lock)
        {
            List<Change> set = [.. Changes(_broker, changes), .. Changes(_store, changes), .. Changes(_broker.Replication, changes)];
            var update = new ConfigurationUpdate
            {
                InForce = Keys(set, isLive: true),
                AfterRestart = Keys(set, isLive: false),
                Unused = unused,
                File = _broker.BrokerConfigPath,
            };
            Persist(changes, update);
            foreach (var change in set.Where(change => OptionsBinder.IsLive(change.Property)))
            {
                change.Property.SetValue(change.Options, change.Value);
            }

            KeepUnused(changes);
            Version = Version.Next(_time.GetUtcNow().ToUnixTimeMilliseconds());
            return update;
        }
    }

    private void Forbid(JavaProperties changes)
    {
        var forbidden = _broker.ConfigBlackList.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(["configBlackList", "brokerConfigPath", "rocketmqHome"])
            .FirstOrDefault(changes.Entries.ContainsKey);
        if (forbidden is not null)
        {
            throw new ForbiddenKeyException($"Can not update config in black list. (configBlackList has {forbidden})");
        }
    }

    /// <summary>What may be changed from afar is a list: <see cref="UpdatableKeys"/>, and Apache's keys that change nothing.</summary>
    private void RequireUpdatable(JavaProperties changes)
    {
        if (changes.Entries.Keys.FirstOrDefault(key => !BrokerConfiguration.IgnoredKeys.ContainsKey(key) && !UpdatableKeys.Contains(key)) is { } key)
        {
            var file = _broker.BrokerConfigPath.Length > 0 ? _broker.BrokerConfigPath : "the configuration file";
            throw new ForbiddenKeyException(
                $"Can not update {key} while the broker runs: it {UpdatableKeys.WhyNot(key)}. Change it in {file} on the broker's machine and restart.");
        }
    }

    /// <summary>What the changes mean for one of the records; values that are in force already are none.</summary>
    private static IEnumerable<Change> Changes<TOptions>(TOptions options, JavaProperties changes)
        where TOptions : class
    {
        var wanted = OptionsBinder.Bind<TOptions>(changes);
        return from property in OptionsBinder.Keys(typeof(TOptions))
               where changes.Entries.ContainsKey(OptionsBinder.KeyOf(property)) && !Equals(property.GetValue(wanted), property.GetValue(options))
               select new Change(options, property, property.GetValue(wanted));
    }

    private static IReadOnlyList<string> Keys(IEnumerable<Change> changes, bool isLive) =>
        [.. changes.Where(change => OptionsBinder.IsLive(change.Property) == isLive).Select(change => OptionsBinder.KeyOf(change.Property))];

    private void Persist(JavaProperties changes, ConfigurationUpdate update)
    {
        var path = _broker.BrokerConfigPath;
        if (path.Length == 0)
        {
            if (update.AfterRestart.Count > 0)
            {
                throw new ConfigurationException(
                    $"{string.Join(", ", update.AfterRestart)} can change at a restart only, and there is no file to keep it in: start the broker with -c FILE.");
            }

            return;
        }

        try
        {
            _file.Edit(changes.Entries.Select(change => KeyValuePair.Create(change.Key, change.Value.Value)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Nothing was changed: {path} can't be written: {e.Message}");
        }
    }

    private void KeepUnused(JavaProperties properties)
    {
        foreach (var (key, entry) in properties.Entries.Where(entry => BrokerConfiguration.IgnoredKeys.ContainsKey(entry.Key)))
        {
            _unused[key] = entry.Value;
        }
    }

    private readonly record struct Change(object Options, PropertyInfo Property, object? Value);
}
