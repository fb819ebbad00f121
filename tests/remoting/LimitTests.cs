using System.Buffers;
using System.Net;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests;

[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class LimitTests(TransportKind kind) : TransportFixture(kind)
{
    [TestCase(SerializeType.Json)]
    [TestCase(SerializeType.RocketMq)]
    public async Task A_frame_of_8_MiB_goes_both_ways(SerializeType type)
    {
        await using var server = await StartAsync(Handler.Echo);
        await using var client = Client();
        var body = new byte[8 * 1024 * 1024];
        new Random(1).NextBytes(body);
        var request = RemotingCommand.Request(1, body: body);
        request.SerializeType = type;
        var reply = await client.InvokeAsync(server.Address, request, TimeSpan.FromSeconds(10));
        Assert.That(reply.Body.ToArray().AsSpan().SequenceEqual(body));
    }

    [Test]
    public async Task One_connection_more_than_the_limit_is_closed_and_the_log_names_the_limit()
    {
        await using var server = await StartAsync(Handler.Echo, new RemotingOptions { MaxConnections = 2 });
        using var first = server.Connect();
        using var second = server.Connect();
        await server.NextConnectionAsync();
        await server.NextConnectionAsync();
        using (var third = server.Connect())
        {
            Assert.That(third.IsClosedByPeer());
        }

        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("is refused: 2 are open, the limit is 2 (serverMaxConnections)").After(5000, 5));
        first.Send(RawPeer.Request(1, 1));
        Assert.That(first.Receive().Opaque, Is.EqualTo(1));

        first.Dispose();
        server.NextCloseReason();
        Assert.That(() => server.ConnectionCount, Is.EqualTo(1).After(5000, 5));
        using var fourth = server.Connect();
        fourth.Send(RawPeer.Request(1, 4));
        Assert.That(fourth.Receive().Opaque, Is.EqualTo(4));
    }

    [Test]
    public async Task A_connection_idle_for_120_seconds_is_closed_and_a_busy_one_is_not()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, time: time);
        using var idle = server.Connect();
        using var busy = server.Connect();
        foreach (var peer in (RawPeer[])[idle, busy])
        {
            peer.Send(RawPeer.Request(1, 1));
            peer.Receive();
        }

        time.Advance(TimeSpan.FromSeconds(60));
        busy.Send(RawPeer.Request(1, 2));
        busy.Receive();
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(server.ClosedConnections, Is.Empty);
        time.Advance(TimeSpan.FromSeconds(6));

        Assert.That(idle.IsClosedByPeer());
        Assert.That(server.NextCloseReason(), Is.EqualTo("idle for 120 s"));
        busy.Send(RawPeer.Request(1, 3));
        Assert.That(busy.Receive().Opaque, Is.EqualTo(3));
    }

    [Test]
    public async Task A_taken_port_is_refused_with_its_address()
    {
        await using var server = await StartAsync(Handler.Echo);
        Assert.That(
            async () => await StartAsync(RequestTable.Empty, port: server.EndPoint.Port),
            Throws.TypeOf<RemotingBindException>().With.Message.StartsWith($"Can't listen on {server.Address}: "));
    }

    [Test]
    public void An_address_of_another_machine_is_refused_with_its_address()
    {
        Assume.That(Kind, Is.Not.EqualTo(TransportKind.Memory), "every address is its own");
        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
        var server = new RemotingServer(elsewhere, RequestTable.Empty, Over(null), TimeProvider.System, new LogCollector());
        Assert.That(async () => await server.StartAsync(), Throws.TypeOf<RemotingBindException>().With.Message.Contains("192.0.2.1:0"));
    }

    [Test]
    public async Task Stopping_waits_for_handlers_and_can_be_repeated([Values] bool onLane)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lane = new Lane("slow", 10, 1);
        var handler = new Handler(async (_, _) =>
        {
            entered.SetResult();
            await release.Task;
            return null;
        });
        var server = await StartAsync(new RequestTable.Builder().Add(1, handler, onLane ? lane : null).Build());
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(1, 1));
        await entered.Task;

        var stopping = server.StopAsync();
        Assert.That(peer.IsClosedByPeer());
        Assert.That(stopping.IsCompleted, Is.False);
        release.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));
        await server.StopAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task Stopping_cancels_handlers_that_wait_for_the_connection()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await StartAsync(new Handler(async (_, cancellation) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        }));
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(1, 1));
        await entered.Task;
        await server.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(server.Logs.Lines, Has.None.StartsWith("Error:"));
        Assert.That(server.NextCloseReason(), Is.EqualTo("the server stops"));
    }

    [Test]
    public async Task A_peer_that_does_not_read_is_not_served_further_and_costs_little_memory()
    {
        var served = 0;
        var body = new byte[64 * 1024];
        await using var server = await StartAsync(new Handler(_ =>
        {
            Interlocked.Increment(ref served);
            return RemotingCommand.ResponseWithBody(0, body);
        }));
        using var peer = server.Connect(receiveBufferBytes: 64 * 1024);
        var connection = server.NextConnectionAsync();
        const int Asked = 5000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sending = Task.Run(() => peer.Send([.. Enumerable.Range(0, Asked).SelectMany(i => RawPeer.Request(1, i))]));

        // What it serves is what fits into the sockets and the pipe; the 320 MB asked for do not.
        var stalled = await StallAsync(() => Volatile.Read(ref served));
        Assert.That(stalled, Is.InRange(1, Asked / 4));
        Assert.That((await connection).PendingOutputBytes, Is.LessThan(4 * 1024 * 1024));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(64 * 1024 * 1024));

        using var other = server.Connect();
        other.Send(RawPeer.Request(1, 7));
        Assert.That(other.Receive().Opaque, Is.EqualTo(7), "others are served meanwhile");
        for (var i = 0; i < Asked; i++)
        {
            Assert.That(peer.Receive().Opaque, Is.EqualTo(i), "and when it reads again, it gets everything in order");
        }

        await sending;
    }

    /// <summary>The counter's value once it has moved and then stood still for a while: that something does not go on has no event.</summary>
    private static async Task<int> StallAsync(Func<int> counter)
    {
        SpinWait.SpinUntil(() => counter() > 0, 10_000);
        var last = -1;
        for (var now = counter(); now != last; now = counter())
        {
            last = now;
            await Task.Delay(150);
        }

        return last;
    }

    [Test]
    public async Task A_peer_with_too_many_unanswered_requests_is_not_read_until_some_are_answered()
    {
        var waiting = 0;
        var gate = new SemaphoreSlim(0);
        await using var server = await StartAsync(
            new Handler(async (_, _) =>
            {
                Interlocked.Increment(ref waiting);
                await gate.WaitAsync(CancellationToken.None);
                return RemotingCommand.Response(0);
            }),
            new RemotingOptions { MaxPendingRequests = 10 });
        using var peer = server.Connect();
        for (var i = 0; i < 30; i++)
        {
            peer.Send(RawPeer.Request(1, i));
            if (i < 10)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref waiting) == i + 1, 5000);
            }
        }

        Assert.That(await StallAsync(() => Volatile.Read(ref waiting)), Is.EqualTo(10));
        gate.Release(30);
        for (var i = 0; i < 30; i++)
        {
            peer.Receive();
        }
    }
}
