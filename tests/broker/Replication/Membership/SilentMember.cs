using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Replication.Membership;

/// <summary>A member of a set that its controller hears and that follows nobody, as one of Apache's that has not learnt where its master ships the log.</summary>
internal sealed class SilentMember : IAsyncDisposable, IRequestHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RemotingClient _client = new(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    private readonly RemotingServer _server;
    private readonly string _controller;
    private readonly string _address;

    private SilentMember(string controller)
    {
        _controller = controller;
        var port = BrokerPorts.Find().Broker;
        _address = $"127.0.0.1:{port}";
        _server = new RemotingServer(
            new IPEndPoint(IPAddress.Loopback, port), new RequestTable.Builder().Add(RequestCode.ExchangeBrokerHaInfo, this).Build(), new RemotingOptions(), TimeProvider.System,
            NullLoggerFactory.Instance);
    }

    /// <summary>Where the log is, as it was told.</summary>
    public ConcurrentQueue<ExchangeHAInfoRequestHeader> Told { get; } = new();

    public static async Task<SilentMember> JoinAsync(string controller, long id)
    {
        var member = new SilentMember(controller);
        await member._server.StartAsync();
        await member.AskAsync(
            RequestCode.ControllerApplyBrokerId,
            new ApplyBrokerIdRequestHeader { ClusterName = "DefaultCluster", BrokerName = "broker-a", AppliedBrokerId = id, RegisterCheckCode = $"{member._address};1" });
        await member.AskAsync(
            RequestCode.ControllerRegisterBroker,
            new RegisterBrokerToControllerRequestHeader { ClusterName = "DefaultCluster", BrokerName = "broker-a", BrokerId = id, BrokerAddress = member._address, InvokeTime = 1 });
        await member.AskAsync(
            RequestCode.BrokerHeartbeat,
            new BrokerHeartbeatRequestHeader
            {
                ClusterName = "DefaultCluster", BrokerName = "broker-a", BrokerAddr = member._address, BrokerId = id, HeartbeatTimeoutMills = 60_000, Epoch = -1, MaxOffset = 0,
                ConfirmOffset = 0, ElectionPriority = int.MaxValue,
            });
        return member;
    }

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        Told.Enqueue(context.Request.ReadHeader<ExchangeHAInfoRequestHeader>());
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task AskAsync(int code, ICommandHeader header)
    {
        var reply = await _client.InvokeAsync(_controller, RemotingCommand.Request(code, header), Patience);
        Assert.That(reply.Code, Is.EqualTo(ResponseCode.Success), reply.Remark);
    }
}
