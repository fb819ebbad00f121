using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Registration;

/// <summary>
/// Keeps one name server informed: of everything at start and every <c>registerNameServerPeriod</c>, of a topic that changed at once.
/// One that is slow or gone keeps nothing from the others.
/// </summary>
internal sealed class NameServerLink : IAsyncDisposable
{
    private static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(3);

    private readonly BrokerOptions _options;
    private readonly TopicTable _topics;
    private readonly RegistrationRequests _requests;
    private readonly RemotingClient _client;
    private readonly MasterPlace _master;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TopicNews _news = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private bool _isRegistered;

    public NameServerLink(
        string address, BrokerOptions options, TopicTable topics, RegistrationRequests requests, RemotingClient client, MasterPlace master, TimeProvider time, ILogger logger)
    {
        Address = address;
        _options = options;
        _topics = topics;
        _requests = requests;
        _client = client;
        _master = master;
        _time = time;
        _logger = logger;
    }

    /// <summary>The name server, <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>Whether it took the last registration sent to it.</summary>
    public bool IsRegistered => Volatile.Read(ref _isRegistered);

    /// <summary>Completes when the name server knows of every change made before; there is no waiting for one that did not answer last time.</summary>
    public Task Told => IsRegistered ? _news.Told : Task.CompletedTask;

    /// <summary>Registers once, then goes on in the background.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _topics.Changed += OnChanged;
        _topics.AllChanged += OnAllChanged;
        _master.Sought += OnAllChanged;
        await RegisterAsync(_requests.All(), cancellationToken).ConfigureAwait(false);
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _topics.Changed -= OnChanged;
        _topics.AllChanged -= OnAllChanged;
        _master.Sought -= OnAllChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _news.Take().Told.SetResult();
        try
        {
            // The limit is for connecting and asking together.
            using var limit = new CancellationTokenSource(UnregisterTimeout, _time);
            await _client.InvokeAsync(Address, _requests.Unregister(), UnregisterTimeout, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemotingException or OperationCanceledException)
        {
            Log.RegisterFailed(_logger, Address, e.Message);
        }

        _stopping.Dispose();
    }

    /// <summary>A topic that is gone can only be told by all that are left.</summary>
    private void OnChanged(string topic, TopicConfig? config) => _news.Add(config is null ? null : topic);

    private void OnAllChanged() => _news.Add(null);

    private async Task RunAsync()
    {
        var period = TimeSpan.FromMilliseconds(Math.Clamp(_options.RegisterNameServerPeriod, 10_000, 60_000));
        var allToldTimestamp = _time.GetTimestamp();
        while (true)
        {
            var left = period - _time.GetElapsedTime(allToldTimestamp);
            if (left > TimeSpan.Zero)
            {
                await _news.Arrived.WaitAsync(left, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            // The version first: one that is ahead of the topics sent with it would make the name server pass over the rest.
            var version = _topics.Version;
            var news = _news.Take();
            var tellAll = !IsRegistered || news.ConcernsAll || _time.GetElapsedTime(allToldTimestamp) >= period;
            if (tellAll)
            {
                allToldTimestamp = _time.GetTimestamp();
            }

            try
            {
                await TellAsync(news, version, tellAll).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                news.Told.SetResult();
            }
        }
    }

    private async Task TellAsync(TopicNews.Batch news, DataVersion version, bool tellAll)
    {
        // One that has forgotten the broker refuses to hear of a topic alone, and an old one knows no way to.
        if (tellAll || !await TellAsync(news, version).ConfigureAwait(false))
        {
            await RegisterAsync(_requests.All(), _stopping.Token).ConfigureAwait(false);
        }
    }

    private Task<bool> TellAsync(TopicNews.Batch news, DataVersion version) => RegisterAsync(_requests.Of(news, version), _stopping.Token);

    /// <summary>One after the other, until one is not taken.</summary>
    /// <returns>Whether the name server took them.</returns>
    private async Task<bool> RegisterAsync(IEnumerable<RemotingCommand> requests, CancellationToken cancellationToken)
    {
        foreach (var request in requests)
        {
            if (!await RegisterAsync(request, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <returns>Whether the name server took it.</returns>
    private async Task<bool> RegisterAsync(RemotingCommand request, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _client.InvokeAsync(
                Address, request, TimeSpan.FromMilliseconds(_options.RegisterBrokerTimeoutMills), cancellationToken).ConfigureAwait(false);
            if (response.Code != ResponseCode.Success)
            {
                throw new RemotingException($"{ResponseCode.Describe(response.Code)} {response.Remark}");
            }

            TakeOrderTopics(response);
            var reply = response.ReadHeader<RegisterBrokerResponseHeader>();
            _master.Learn(reply.MasterAddr, reply.HaServerAddr);
            if (!_isRegistered)
            {
                Log.Registered(_logger, Address);
            }

            Volatile.Write(ref _isRegistered, true);
        }
        catch (Exception e) when (e is RemotingException or RemotingJsonException)
        {
            Log.RegisterFailed(_logger, Address, e.Message);
            Volatile.Write(ref _isRegistered, false);
        }

        return _isRegistered;
    }

    /// <summary>The name server's reply lists the topics that are ordered by configuration.</summary>
    private void TakeOrderTopics(RemotingCommand response)
    {
        if (response.Body.IsEmpty)
        {
            return;
        }

        foreach (var topic in response.ReadBody<KVTable>().Table.Keys)
        {
            if (_topics.TryGet(topic, out var config) && !config.Order)
            {
                _topics.Put(config with { Order = true });
            }
        }
    }
}
