using System.Text;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.Controller.Configuration;

/// <summary>The options in force. An update is checked, written to <c>configStorePath</c> and only then takes their place.</summary>
internal sealed class LiveOptions(ControllerOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _ignored = new(IgnoredKeys.Defaults, StringComparer.Ordinal);
    private volatile ControllerOptions _current = options;

    public ControllerOptions Current => _current;

    /// <summary>Every key as <c>key=value</c>, in order.</summary>
    public string Describe()
    {
        lock (_lock)
        {
            var keys = Values(_current).Concat(Values(_current.Tls)).Concat(_ignored).OrderBy(k => k.Key, StringComparer.Ordinal);
            return keys.Aggregate(new StringBuilder(), (text, k) => text.Append(k.Key).Append('=').Append(k.Value).Append('\n')).ToString();
        }
    }

    /// <exception cref="ConfigurationException">A key is unknown, a value does not fit, or the file can't be written; nothing changed.</exception>
    public void Update(JavaProperties changes)
    {
        var ignored = OptionsBinder.CheckKeys(changes, IgnoredKeys.Instead, "mqadmin getControllerConfig", typeof(ControllerOptions), typeof(TlsOptions));
        lock (_lock)
        {
            var values = changes.Entries.Select(c => KeyValuePair.Create(c.Key, c.Value.Value)).ToList();
            var updated = OptionsBinder.Bind<ControllerOptions>(JavaProperties.Empty.With(Values(_current)).With(values)) with { Tls = _current.Tls };
            ControllerServer.Check(updated);
            Persist(_current.ConfigStorePath, values);
            foreach (var (key, _) in ignored)
            {
                _ignored[key] = changes.Entries[key].Value;
            }

            _current = updated;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Values<TOptions>(TOptions options)
        where TOptions : class =>
        OptionsBinder.Describe(options, JavaProperties.Empty).Select(s => KeyValuePair.Create(s.Key, s.Value));

    private static void Persist(string path, IEnumerable<KeyValuePair<string, string>> changes)
    {
        try
        {
            var text = File.Exists(path) ? File.ReadAllText(path) : "";
            ReplacedFile.Write(path, Encoding.UTF8.GetBytes(JavaProperties.Edit(text, changes)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The configuration was not changed: {path} can't be written: {e.Message}");
        }
    }
}
