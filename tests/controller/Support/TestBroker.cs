using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Tests.Support;

/// <summary>What a broker asks of its controller, and what it is told.</summary>
public sealed class TestBroker : IAsyncDisposable, IRequestHandler
{
    private readonly TestController _controller;
    private readonly string _set;
    private readonly string _cluster;
    private readonly RemotingServer _server;
    private RemotingClient _client;

    public TestBroker(TestController controller, long id, string set, string cluster)
    {
        _controller = controller;
        _set = set;
        _cluster = cluster;
        Id = id;
        _client = controller.NewClient();
        _server = new RemotingServer(
            IPEndPoint.Parse(Address),
            new RequestTable.Builder().Add(RequestCode.NotifyBrokerRoleChanged, this).Build(),
            new RemotingOptions { Transport = controller.Network, IdleTimeout = TimeSpan.Zero },
            TimeProvider.System,
            NullLoggerFactory.Instance);
    }

    public long Id { get; }

    public string Address => TestController.AddressOf(Id);

    public int Epoch { get; set; } = -1;

    public long MaxOffset { get; set; }

    public int Priority { get; set; } = int.MaxValue;

    public long Timeout { get; set; } = 10_000;

    /// <summary>Notices (1008) in the order they came.</summary>
    public ConcurrentQueue<(NotifyBrokerRoleChangedRequestHeader Header, SyncStateSet Set)> Notices { get; } = [];

    public Task ListenAsync() => _server.StartAsync();

    /// <summary>Another connection from now on; the one before stays.</summary>
    public void TakeNewConnection() => _client = _controller.NewClient();

    /// <summary>The connection ends, as with a killed process.</summary>
    public async Task DieAsync()
    {
        await _client.DisposeAsync();
        TakeNewConnection();
    }

    public Task<RemotingCommand> InvokeAsync(int code, ICommandHeader header, byte[]? body = null) => _controller.InvokeAsync(code, header, body, _client);

    public Task<RemotingCommand> ApplyAsync(string? code = null) => InvokeAsync(
        RequestCode.ControllerApplyBrokerId,
        new ApplyBrokerIdRequestHeader { ClusterName = _cluster, BrokerName = _set, AppliedBrokerId = Id, RegisterCheckCode = code ?? $"{Address};1" });

    public Task<RemotingCommand> RegisterAsync() => InvokeAsync(
        RequestCode.ControllerRegisterBroker,
        new RegisterBrokerToControllerRequestHeader { ClusterName = _cluster, BrokerName = _set, BrokerId = Id, BrokerAddress = Address });

    public Task<RemotingCommand> ElectAsync(bool designate = false) => InvokeAsync(
        RequestCode.ControllerElectMaster,
        new ElectMasterRequestHeader { ClusterName = _cluster, BrokerName = _set, BrokerId = Id, DesignateElect = designate });

    public Task<RemotingCommand> HeartbeatAsync() => InvokeAsync(RequestCode.BrokerHeartbeat, new BrokerHeartbeatRequestHeader
    {
        ClusterName = _cluster,
        BrokerName = _set,
        BrokerAddr = Address,
        BrokerId = Id,
        Epoch = Epoch,
        MaxOffset = MaxOffset,
        ConfirmOffset = MaxOffset,
        HeartbeatTimeoutMills = Timeout,
        ElectionPriority = Priority,
    });

    public Task<RemotingCommand> AlterAsync(int masterEpoch, int setEpoch, params long[] ids) => InvokeAsync(
        RequestCode.ControllerAlterSyncStateSet,
        new AlterSyncStateSetRequestHeader { BrokerName = _set, MasterBrokerId = Id, MasterEpoch = masterEpoch },
        RemotingJson.Serialize(new SyncStateSet { BrokerIds = [.. ids], SyncStateSetEpoch = setEpoch }));

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        Notices.Enqueue((context.Request.ReadHeader<NotifyBrokerRoleChangedRequestHeader>(), context.Request.ReadBody<SyncStateSet>()));
        return ValueTask.FromResult<RemotingCommand?>(null);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
