using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Topics;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Registration;

/// <summary>Tells every name server where this broker is and which topics it has, and at stop that it is gone.</summary>
public sealed class NameServerRegistration : IAsyncDisposable
{
    /// <summary>Longest that an answer waits for name servers: clients wait 3 s for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly NameServerLink[] _links;
    private bool _hasStarted;

    public NameServerRegistration(
        BrokerOptions options, CurrentRole role, TopicTable topics, RemotingClient client, MasterPlace master, string brokerAddress, string haAddress, TimeProvider time,
        ILogger<NameServerRegistration> logger)
    {
        _time = time;
        var requests = new RegistrationRequests(options, role, topics, brokerAddress, haAddress);
        var addresses = options.NamesrvAddr.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _links = [.. addresses.Distinct().Select(address => new NameServerLink(address, options, topics, requests, client, master, time, logger))];
    }

    /// <summary>Name servers, <c>host:port</c>.</summary>
    public IReadOnlyList<string> NameServers => [.. _links.Select(l => l.Address)];

    /// <summary>Those that took the last registration sent to them.</summary>
    public IReadOnlyCollection<string> Registered => [.. _links.Where(l => l.IsRegistered).Select(l => l.Address)];

    /// <summary>Registers once with every name server, then goes on in the background.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _hasStarted = true;
        return Task.WhenAll(_links.Select(l => l.StartAsync(cancellationToken)));
    }

    /// <summary>Completes when the name servers know of every change of a topic made before, or have taken too long.</summary>
    public async Task WaitToldAsync() =>
        await Task.WhenAll(_links.Select(l => l.Told)).WaitAsync(Patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async ValueTask DisposeAsync()
    {
        // Who has not said that it is there has nothing to take back: the id may be another's.
        if (_hasStarted)
        {
            await Task.WhenAll(_links.Select(l => l.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }
}
