using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Registration;

/// <summary>
/// Tells every name server where this broker is and which topics it has: at start, every <c>registerNameServerPeriod</c>, soon after a
/// topic changed, and at stop that it is gone.
/// </summary>
public sealed class NameServerRegistration : IAsyncDisposable
{
    private static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(3);

    private readonly BrokerOptions _options;
    private readonly TopicTable _topics;
    private readonly RemotingClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _brokerAddress;
    private readonly string _haAddress;
    private readonly SemaphoreSlim _topicsChanged = new(0);
    private readonly SemaphoreSlim _registering = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, bool> _registered = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;

    public NameServerRegistration(
        BrokerOptions options, TopicTable topics, RemotingClient client, string brokerAddress, string haAddress, TimeProvider time,
        ILogger<NameServerRegistration> logger)
    {
        _options = options;
        _topics = topics;
        _client = client;
        _brokerAddress = brokerAddress;
        _haAddress = haAddress;
        _time = time;
        _logger = logger;
    }

    /// <summary>Name servers, <c>host:port</c>.</summary>
    public IReadOnlyList<string> NameServers { get; private set; } = [];

    /// <summary>Those that took the last registration sent to them.</summary>
    public IReadOnlyCollection<string> Registered => [.. _registered.Keys];

    /// <summary>Registers once with every name server, then goes on in the background.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        NameServers = _options.NamesrvAddr.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (NameServers.Count == 0)
        {
            return;
        }

        _topics.Changed += OnTopicsChanged;
        await RegisterAllAsync(cancellationToken).ConfigureAwait(false);
        _running = RunAsync();
    }

    /// <summary>Registers with all name servers now.</summary>
    public async Task RegisterAllAsync(CancellationToken cancellationToken = default)
    {
        await _registering.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var body = Body();
            await Task.WhenAll(NameServers.Select(n => RegisterAsync(n, body, cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            _registering.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _topics.Changed -= OnTopicsChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await Task.WhenAll(NameServers.Select(UnregisterAsync)).ConfigureAwait(false);
        _stopping.Dispose();
        _topicsChanged.Dispose();
        _registering.Dispose();
    }

    private void OnTopicsChanged(string topic, TopicConfig? config) => _topicsChanged.Release();

    private async Task RunAsync()
    {
        var period = TimeSpan.FromMilliseconds(Math.Clamp(_options.RegisterNameServerPeriod, 10_000, 60_000));
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(period).ConfigureAwait(false);
                await RegisterAllAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Until the period is over or a topic changed; changes that come together make one registration.</summary>
    private async Task WaitAsync(TimeSpan period)
    {
        using var wakeUp = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var changed = _topicsChanged.WaitAsync(wakeUp.Token);
        await Task.WhenAny(changed, Task.Delay(period, _time, wakeUp.Token)).ConfigureAwait(false);
        await wakeUp.CancelAsync().ConfigureAwait(false);
        while (_topicsChanged.Wait(0, CancellationToken.None))
        {
        }

        _stopping.Token.ThrowIfCancellationRequested();
    }

    private byte[] Body()
    {
        var wrapper = _topics.Snapshot();
        var table = new Dictionary<string, TopicConfig>();
        foreach (var (name, topic) in wrapper.TopicConfigTable)
        {
            // The route carries what clients may do: the topic's permission as far as the broker's allows it.
            table[name] = TopicPermission.CanWrite(_options.BrokerPermission) && TopicPermission.CanRead(_options.BrokerPermission)
                ? topic
                : topic with { Perm = topic.Perm & (_options.BrokerPermission | TopicPermission.Inherit) };
        }

        var body = new RegisterBrokerBody
        {
            TopicConfigSerializeWrapper = new TopicConfigAndMappingSerializeWrapper
            {
                DataVersion = wrapper.DataVersion, TopicConfigTable = table,
            },
        };
        return _options.CompressedRegister ? CompressedRegisterBrokerBody.Write(body) : RemotingJson.Serialize(body);
    }

    private async Task RegisterAsync(string nameServer, byte[] body, CancellationToken cancellationToken)
    {
        var header = new RegisterBrokerRequestHeader
        {
            BrokerName = _options.BrokerName,
            BrokerAddr = _brokerAddress,
            ClusterName = _options.BrokerClusterName,
            HaServerAddr = _haAddress,
            BrokerId = _options.BrokerId,
            Compressed = _options.CompressedRegister,
            BodyCrc32 = MessageCrc.OfBody(body),
        };
        try
        {
            var response = await _client.InvokeAsync(
                nameServer,
                RemotingCommand.Request(RequestCode.RegisterBroker, header, body),
                TimeSpan.FromMilliseconds(_options.RegisterBrokerTimeoutMills),
                cancellationToken).ConfigureAwait(false);
            if (response.Code != ResponseCode.Success)
            {
                throw new RemotingException($"code {response.Code} {response.Remark}");
            }

            TakeOrderTopics(response);
            if (_registered.TryAdd(nameServer, true))
            {
                Log.Registered(_logger, nameServer);
            }
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException)
        {
            _registered.TryRemove(nameServer, out _);
            Log.RegisterFailed(_logger, nameServer, e.Message);
        }
    }

    /// <summary>The name server's reply lists the topics that are ordered by configuration.</summary>
    private void TakeOrderTopics(RemotingCommand response)
    {
        if (response.Body.IsEmpty)
        {
            return;
        }

        var ordered = response.ReadBody<KVTable>().Table;
        foreach (var topic in ordered.Keys)
        {
            if (_topics.TryGet(topic, out var config) && !config.Order)
            {
                _topics.Put(config with { Order = true });
            }
        }
    }

    private async Task UnregisterAsync(string nameServer)
    {
        try
        {
            await _client.InvokeAsync(
                nameServer,
                RemotingCommand.Request(RequestCode.UnregisterBroker, new UnRegisterBrokerRequestHeader
                {
                    BrokerName = _options.BrokerName,
                    BrokerAddr = _brokerAddress,
                    ClusterName = _options.BrokerClusterName,
                    BrokerId = _options.BrokerId,
                }),
                UnregisterTimeout).ConfigureAwait(false);
        }
        catch (RemotingException e)
        {
            Log.RegisterFailed(_logger, nameServer, e.Message);
        }
    }
}
