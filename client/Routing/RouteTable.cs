using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Routing;

/// <summary>
/// The routes of the topics in use. A route is asked for when it is first needed and again every so often; the last one known stays
/// while no name server answers. A topic in use that has no route is asked for more often: its first message may be making it, or its one broker
/// is being restarted.
/// </summary>
internal sealed class RouteTable : IAsyncDisposable
{
    /// <summary>The topic whose route and permissions a missing topic starts with.</summary>
    public const string ModelTopic = "TBW102";

    private static readonly TimeSpan SeekInterval = TimeSpan.FromSeconds(2);

    /// <summary>For a topic that a message of this client made to get to the name servers.</summary>
    private static readonly TimeSpan MakingTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MakingStep = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly NameServers _nameServers;
    private readonly BrokerTable _brokers;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, TopicRoute> _routes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TopicRoute> _modelled = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task<TopicRoute?>>> _loading = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _watched = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _vanished = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PeriodicWork _refreshing;
    private readonly PeriodicWork _seeking;

    public RouteTable(NameServers nameServers, BrokerTable brokers, ClientOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _time = time;
        _nameServers = nameServers;
        _brokers = brokers;
        _logger = loggers.CreateLogger<RouteTable>();
        _refreshing = new PeriodicWork("route refresh", options.RouteRefreshInterval, time, _logger, RefreshAllAsync);
        _seeking = new PeriodicWork("search for topics", SeekInterval, time, _logger, SeekAsync);
    }

    /// <summary>Raised with the topic after its route changed.</summary>
    public event Action<string>? RouteChanged;

    /// <summary>Keeps asking for a topic's route although it may not exist yet.</summary>
    public void Watch(string topic) => _watched.TryAdd(topic, 0);

    /// <summary>The route of a topic.</summary>
    /// <exception cref="RouteNotFoundException">The name servers know no such topic.</exception>
    /// <exception cref="NameServerUnreachableException">No name server answers, and no earlier answer is known.</exception>
    public async ValueTask<TopicRoute> GetAsync(string topic, CancellationToken cancellationToken)
    {
        for (var started = _time.GetTimestamp(); ; await Task.Delay(MakingStep, _time, cancellationToken).ConfigureAwait(false))
        {
            if (await FindAsync(topic, cancellationToken).ConfigureAwait(false) is { } route)
            {
                return route;
            }

            if (!_modelled.ContainsKey(topic) || _time.GetElapsedTime(started) >= MakingTime)
            {
                throw NotFound(topic);
            }
        }
    }

    /// <summary>The route of a topic; <see langword="null"/> when the name servers know none.</summary>
    /// <exception cref="NameServerUnreachableException">No name server answers, and no earlier answer is known.</exception>
    public async ValueTask<TopicRoute?> FindAsync(string topic, CancellationToken cancellationToken)
    {
        if (_routes.TryGetValue(topic, out var known))
        {
            return known;
        }

        return await LoadAsync(topic).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where to write messages of a topic: its own route, or the one it will have once a message has made it.</summary>
    /// <exception cref="RouteNotFoundException">There is no such topic and brokers do not make topics.</exception>
    public async ValueTask<TopicRoute> GetForWritingAsync(string topic, int newTopicQueues, CancellationToken cancellationToken)
    {
        if (_routes.TryGetValue(topic, out var known) || _modelled.TryGetValue(topic, out known))
        {
            return known;
        }

        _watched.TryAdd(topic, 0);
        if (await LoadAsync(topic).WaitAsync(cancellationToken).ConfigureAwait(false) is { } route)
        {
            return route;
        }

        var model = await FindAsync(ModelTopic, cancellationToken).ConfigureAwait(false) ?? throw NotFound(topic);

        // Until the next refresh brings the topic's own.
        return _modelled.GetOrAdd(topic, model.AsModelFor(topic, newTopicQueues));
    }

    /// <summary>Asks for all routes again soon.</summary>
    public void Poke() => _refreshing.Poke();

    /// <summary>Asks for a route again now, after a broker denied that it serves the topic or could not be reached.</summary>
    public async Task RefreshAsync(string topic, CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(topic).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingException e)
        {
            Log.RouteRefreshFailed(_logger, topic, e.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _refreshing.DisposeAsync().ConfigureAwait(false);
        await _seeking.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static RouteNotFoundException NotFound(string topic) =>
        new($"Topic '{topic}' has no route: the name servers know no broker that serves it. Create the topic, or let brokers create topics (autoCreateTopicEnable=true).");

    private async Task RefreshAllAsync(CancellationToken cancellationToken)
    {
        foreach (var topic in _watched.Keys.Union(_routes.Keys))
        {
            await RefreshAsync(topic, cancellationToken).ConfigureAwait(false);
        }

        _brokers.Keep(_routes.Values.SelectMany(r => r.Brokers).Select(b => b.Name).ToHashSet(StringComparer.Ordinal));
    }

    private async Task SeekAsync(CancellationToken cancellationToken)
    {
        foreach (var topic in _watched.Keys.Where(t => !_routes.ContainsKey(t)).Union(_vanished.Keys))
        {
            await RefreshAsync(topic, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One request at a time for a topic, whoever waits for it.</summary>
    private async Task<TopicRoute?> LoadAsync(string topic)
    {
        var loading = _loading.GetOrAdd(topic, static (key, table) => new Lazy<Task<TopicRoute?>>(() => table.RequestAsync(key)), this);
        try
        {
            return await loading.Value.ConfigureAwait(false);
        }
        finally
        {
            _loading.TryRemove(KeyValuePair.Create(topic, loading));
        }
    }

    private async Task<TopicRoute?> RequestAsync(string topic)
    {
        var request = RemotingCommand.Request(RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = topic, AcceptStandardJsonOnly = true });
        var response = await _nameServers.InvokeAsync(request, _stopping.Token).ConfigureAwait(false);
        if (response.Code == ResponseCode.TopicNotExist)
        {
            if (_routes.ContainsKey(topic))
            {
                _vanished.TryAdd(topic, 0);
            }

            return null;
        }

        if (response.Code != ResponseCode.Success)
        {
            throw new BrokerException("The name server", request.Code, response.Code, response.Remark);
        }

        var route = TopicRoute.From(topic, RemotingJson.Deserialize<TopicRouteData>(response.Body.FirstSpan));
        Accept(topic, route);
        return route;
    }

    private void Accept(string topic, TopicRoute route)
    {
        foreach (var broker in route.Brokers)
        {
            _brokers.Put(broker);
        }

        var known = _routes.GetValueOrDefault(topic);
        _routes[topic] = route;
        _modelled.TryRemove(topic, out _);
        _vanished.TryRemove(topic, out _);
        if (known is null || !known.SameAs(route))
        {
            Log.RouteChanged(_logger, topic, route.WriteQueues.Count, route.ReadQueues.Count);
            RouteChanged?.Invoke(topic);
        }
    }
}
