using RocketMQ.Client.Admin;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

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
        Offsets = new OffsetAdmin(this);
        Brokers = new BrokerAdmin(this);
        NameServer = new NameServerAdmin(this);
        Access = new AccessAdmin(this);
        Controllers = new ControllerAdmin(this);
    }

    /// <summary>Brokers and clusters.</summary>
    public ClusterAdmin Cluster { get; }

    public TopicAdmin Topics { get; }

    /// <summary>Consumer groups.</summary>
    public GroupAdmin Groups { get; }

    /// <summary>Stored messages.</summary>
    public MessageAdmin Messages { get; }

    /// <summary>Offsets of queues, and of groups in them.</summary>
    public OffsetAdmin Offsets { get; }

    /// <summary>One broker: its configuration, statistics and housekeeping.</summary>
    public BrokerAdmin Brokers { get; }

    /// <summary>What name servers keep beside routes.</summary>
    public NameServerAdmin NameServer { get; }

    /// <summary>Users of brokers and what they may do (5.3).</summary>
    public AccessAdmin Access { get; }

    /// <summary>Controllers, and the broker sets they elect masters of (5.x).</summary>
    public ControllerAdmin Controllers { get; }

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

    /// <summary>Sends a request to a broker, or to one name server, and reads the JSON of the answer.</summary>
    internal async Task<TBody> AskAsync<TBody>(
        string address, int code, ICommandHeader? header, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var response = await InvokeAsync(address, RemotingCommand.Request(code, header), timeout, cancellationToken).ConfigureAwait(false);
        return RemotingJson.Deserialize<TBody>(response.Body);
    }

    /// <summary>Sends a request with a JSON body to a broker, or to one name server.</summary>
    internal Task TellAsync<TBody>(string address, int code, ICommandHeader? header, TBody body, CancellationToken cancellationToken) =>
        InvokeAsync(address, RemotingCommand.Request(code, header, RemotingJson.Serialize(body)), cancellationToken: cancellationToken);

    /// <summary>Sends a request without a body to a broker, or to one name server.</summary>
    internal Task TellAsync(string address, int code, ICommandHeader? header, CancellationToken cancellationToken) =>
        InvokeAsync(address, RemotingCommand.Request(code, header), cancellationToken: cancellationToken);
}
