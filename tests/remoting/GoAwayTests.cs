using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests;

/// <summary>A server that stops asks its clients to go before it closes their connections, where it is told to.</summary>
public sealed class GoAwayTests
{
    private const int Code = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [TestCase(MqVersion.V5_3_2, ResponseCode.GoAway)]
    [TestCase(MqVersion.V5_3_3, ResponseCode.GoAway)]
    [TestCase(MqVersion.V5_3_1, ResponseCode.Success)]
    [TestCase(MqVersion.V4_9_8, ResponseCode.Success)]
    public async Task While_clients_are_asked_to_go_each_is_answered_as_its_version_understands(int version, int code)
    {
        var time = new VirtualTimeProvider();
        var served = new Served();
        await using var server = await StartAsync(served, time, TimeSpan.FromSeconds(30));
        await using var client = Client();
        var address = server.LocalEndPoint.ToString();
        await client.InvokeAsync(address, Request(version), Patience);

        var stopping = server.StopAsync();
        var answer = await AnswerWhileItStopsAsync(client, address, version, code);

        Assert.That(answer.Code, Is.EqualTo(code));
        Assert.That(answer.Remark, Is.EqualTo(code == ResponseCode.GoAway ? "please go away" : null));
        Assert.That(stopping.IsCompleted, Is.False, "it waits for those who are there");
        time.Advance(TimeSpan.FromSeconds(31));
        await stopping.WaitAsync(Patience);
    }

    [Test]
    public async Task Once_all_have_gone_nothing_is_waited_for()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(new Served(), time, TimeSpan.FromHours(1));
        var client = Client();
        await client.InvokeAsync(server.LocalEndPoint.ToString(), Request(MqVersion.Current), Patience);

        var stopping = server.StopAsync();
        await client.DisposeAsync();

        await stopping.WaitAsync(Patience);
    }

    [Test]
    public async Task What_nobody_would_send_again_is_served()
    {
        var time = new VirtualTimeProvider();
        var served = new Served();
        await using var server = await StartAsync(served, time, TimeSpan.FromSeconds(30));
        await using var client = Client();
        var address = server.LocalEndPoint.ToString();
        await client.InvokeAsync(address, Request(MqVersion.Current), Patience);
        var stopping = server.StopAsync();
        await AnswerWhileItStopsAsync(client, address, MqVersion.Current, ResponseCode.GoAway);
        var before = served.Count;

        await client.InvokeOnewayAsync(address, Request(MqVersion.Current));
        Assert.That((await client.InvokeAsync(address, Request(MqVersion.Current), Patience)).Code, Is.EqualTo(ResponseCode.GoAway), "behind it, on the same connection");

        Assert.That(served.Count, Is.EqualTo(before + 1));
        time.Advance(TimeSpan.FromSeconds(31));
        await stopping.WaitAsync(Patience);
    }

    /// <summary>The stop takes a moment until it asks.</summary>
    private static async Task<RemotingCommand> AnswerWhileItStopsAsync(RemotingClient client, string address, int version, int code)
    {
        RemotingCommand answer;
        var tries = 0;
        do
        {
            answer = await client.InvokeAsync(address, Request(version), Patience);
        }
        while (answer.Code != code && tries++ < 10_000);
        return answer;
    }

    private static RemotingCommand Request(int version)
    {
        var request = RemotingCommand.Request(Code);
        request.Version = version;
        return request;
    }

    private static RemotingClient Client() => new(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private static async Task<RemotingServer> StartAsync(Served served, TimeProvider time, TimeSpan goAwayTime)
    {
        var server = new RemotingServer(
            new IPEndPoint(IPAddress.Loopback, 0), new RequestTable.Builder().Add(Code, served).Build(), new RemotingOptions { GoAwayTime = goAwayTime }, time,
            NullLoggerFactory.Instance);
        await server.StartAsync();
        return server;
    }

    private sealed class Served : IRequestHandler
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
        }
    }
}
