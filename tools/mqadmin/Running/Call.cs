using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Tls;

namespace RocketMQ.MqAdmin.Running;

/// <summary>One run of one verb: its arguments, the servers and where its answer goes.</summary>
internal sealed class Call(ParseResult arguments, Surroundings surroundings, Report report) : IAsyncDisposable
{
    /// <summary>As long as Apache's tools wait.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private RocketMQClient? _client;

    public Report Report { get; } = report;

    public Progress Progress { get; } = new(surroundings.ShowsProgress ? surroundings.Error : null);

    public TimeProvider Time => surroundings.Time;

    public AdminClient Admin => Client.Admin;

    /// <summary>Connects to nobody before it is used.</summary>
    public RocketMQClient Client => _client ??= new RocketMQClient(Options());

    /// <summary>The value given, without the blanks around it, or the option's default.</summary>
    public T Get<T>(Option<T> option)
    {
        var value = arguments.GetValue(option);
        return value is string text ? (T)(object)text.Trim() : value!;
    }

    public string Get(Argument<string> argument) => arguments.GetRequiredValue(argument);

    /// <summary>Whether the option stands on the command line.</summary>
    public bool IsGiven(Option option) => arguments.Has(option);

    public async ValueTask DisposeAsync()
    {
        Progress.Clear();
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ClientOptions Options()
    {
        var options = new ClientOptions
        {
            RequestTimeout = RequestTimeout,
            InstanceName = $"mqadmin-{surroundings.Time.GetUtcNow().ToUnixTimeMilliseconds()}",
            Remoting = new RemotingOptions
            {
                Credentials = Credentials.Find(arguments, surroundings.Environment),
                Tls = TlsSettings.Find(
                    arguments.GetValue(CommonOptions.Tls), arguments.GetValue(CommonOptions.TlsSettings) ?? [], surroundings.Environment),
            },
        };
        var nameServers = arguments.GetValue(CommonOptions.NameServers) ?? surroundings.Environment("NAMESRV_ADDR");
        return string.IsNullOrWhiteSpace(nameServers) ? options : options with { NameServers = nameServers.Trim() };
    }
}
