using RocketMQ.Client.Admin;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Client;

/// <summary>
/// Looks after name servers and brokers: one class per area, and any request of the protocol by its code. All methods throw
/// <see cref="BrokerException"/> when a server refuses and <see cref="Remoting.RemotingException"/> when it does not answer.
/// </summary>
public sealed class AdminClient
{
    private readonly Rpc _rpc;
    private readonly NameServers _nameServers;

    internal AdminClient(Rpc rpc, NameServers nameServers, RouteTable routes, BrokerTable brokers)
    {
        _rpc = rpc;
        _nameServers = nameServers;
        Cluster = new ClusterAdmin(this);
        Topics = new TopicAdmin(this);
        Groups = new GroupAdmin(this);
        Messages = new MessageAdmin(this, routes, brokers);
    }

    /// <summary>Brokers and clusters.</summary>
    public ClusterAdmin Cluster { get; }

    public TopicAdmin Topics { get; }

    /// <summary>Consumer groups.</summary>
    public GroupAdmin Groups { get; }

    /// <summary>Stored messages.</summary>
    public MessageAdmin Messages { get; }

    /// <summary>The name servers this client knows, as <c>host:port</c>.</summary>
    public IReadOnlyList<string> NameServers => _nameServers.Addresses;

    /// <summary>Sends any request to a broker, or to one name server, by <c>host:port</c>.</summary>
    /// <param name="request">Its code is one of <see cref="RequestCode"/>.</param>
    /// <returns>The response, whose code is 0.</returns>
    public Task<RemotingCommand> InvokeAsync(
        string address, RemotingCommand request, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        _rpc.CallAsync(address, request, cancellationToken, timeout);

    /// <summary>Sends any request to whichever name server answers.</summary>
    /// <returns>The response, whose code is 0.</returns>
    public async Task<RemotingCommand> InvokeNameServerAsync(RemotingCommand request, CancellationToken cancellationToken = default)
    {
        var response = await _nameServers.InvokeAsync(request, cancellationToken).ConfigureAwait(false);
        return response.Code == ResponseCode.Success
            ? response
            : throw new BrokerException("The name server", request.Code, response.Code, response.Remark);
    }
}
