using System.Buffers;
using System.Net;
using System.Net.Sockets;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests;

[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class ClientTests(TransportKind kind) : TransportFixture(kind)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly Handler Silent = new(_ => null);

    [Test]
    public async Task A_request_that_is_not_answered_in_time_says_who_and_what_and_a_late_answer_is_ignored()
    {
        var time = new VirtualTimeProvider();
        var parked = new TaskCompletionSource<ReplyHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(new RequestTable.Builder()
            .Add(1, Handler.Echo)
            .Add(2, new Handler((context, _) =>
            {
                parked.SetResult(context.Park());
                return ValueTask.FromResult<RemotingCommand?>(null);
            }))
            .Build());
        await using var client = Client(time: time);
        var call = client.InvokeAsync(server.Address, RemotingCommand.Request(2), TimeSpan.FromSeconds(3));
        var reply = await parked.Task;
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(
            async () => await call,
            Throws.TypeOf<RemotingTimeoutException>().With.Message.EqualTo($"{server.Address} did not answer request 2 within 3000 ms"));
        reply.Reply(RemotingCommand.Response(0));
        Assert.That((await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Soon)).Code, Is.Zero);
    }

    [Test]
    public async Task A_server_that_is_not_there_is_a_connect_failure_that_names_it()
    {
        var port = FreePort();
        await using var client = Client();
        Assert.That(
            async () => await client.InvokeAsync($"127.0.0.1:{port}", RemotingCommand.Request(1), Soon),
            Throws.TypeOf<RemotingConnectException>().With.Message.StartsWith($"Can't connect to 127.0.0.1:{port}: "));
    }

    [TestCase("nowhere")]
    [TestCase("127.0.0.1:")]
    [TestCase("127.0.0.1:99999")]
    public async Task An_address_that_is_none_is_a_connect_failure_that_quotes_it(string address)
    {
        await using var client = Client();
        Assert.That(
            async () => await client.InvokeAsync(address, RemotingCommand.Request(1), Soon),
            Throws.TypeOf<RemotingConnectException>().With.Message.Contains($"'{address}' is not host:port"));
    }

    [Test]
    public async Task A_client_connects_again_after_its_server_came_back()
    {
        var table = new RequestTable.Builder().Add(1, Handler.Echo).Build();
        var server = await StartAsync(table);
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = Client();
        client.ConnectionLost += (address, _) => lost.TrySetResult(address);
        await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Soon);
        var port = server.EndPoint.Port;
        await server.DisposeAsync();
        Assert.That(await lost.Task.WaitAsync(Soon), Is.EqualTo($"127.0.0.1:{port}"));
        Assert.That(
            async () => await client.InvokeAsync($"127.0.0.1:{port}", RemotingCommand.Request(1), Soon), Throws.TypeOf<RemotingConnectException>());

        await using var again = await StartAsync(table, port: port);
        Assert.That((await client.InvokeAsync(again.Address, RemotingCommand.Request(1), Soon)).Code, Is.Zero);
    }

    [Test]
    public async Task Requests_in_flight_fail_at_once_with_the_reason_when_their_connection_dies()
    {
        var heard = new CountdownEvent(20);
        await using var server = await StartAsync(new Handler(_ =>
        {
            heard.Signal();
            return null;
        }));
        await using var client = Client();
        var calls = Enumerable.Range(0, 20)
            .Select(_ => client.InvokeAsync(server.Address, RemotingCommand.Request(1), TimeSpan.FromMinutes(5)))
            .ToArray();
        var connection = await server.NextConnectionAsync();
        Assert.That(heard.Wait(Soon));
        connection.Close("tested");
        foreach (var call in calls)
        {
            Assert.That(
                async () => await call.WaitAsync(Soon),
                Throws.TypeOf<RemotingException>().With.Message.StartsWith($"The connection to {server.Address} closed: "));
        }
    }

    [Test]
    public async Task Closing_the_client_fails_what_is_in_flight_and_later_calls_are_refused()
    {
        await using var server = await StartAsync(Silent);
        var client = Client();
        var call = client.InvokeAsync(server.Address, RemotingCommand.Request(1), TimeSpan.FromMinutes(5));
        await server.NextConnectionAsync();
        await client.DisposeAsync();
        Assert.That(async () => await call.WaitAsync(Soon), Throws.InstanceOf<RemotingException>().With.Message.Contains("the client is closed"));
        Assert.That(
            async () => await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Soon), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_server_asks_its_client_and_is_answered_while_the_client_asks_the_server()
    {
        await using var server = await StartAsync(Handler.Echo);
        var pushed = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var table = new RequestTable.Builder()
            .Add(220, new Handler(request => RemotingCommand.ResponseWithBody(0, request.Body.ToArray())))
            .Add(40, new Handler(request =>
            {
                pushed.TrySetResult(request.Flag);
                return RemotingCommand.Response(0);
            }))
            .Build();
        await using var client = Client(table);
        await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Soon);
        var connection = await server.NextConnectionAsync();

        Assert.That(connection.TrySendOneway(RemotingCommand.Request(40)));
        Assert.That(await pushed.Task.WaitAsync(Soon), Is.EqualTo(2));
        for (var i = 0; i < 100; i++)
        {
            var up = client.InvokeAsync(server.Address, RemotingCommand.Request(1, body: new byte[] { 1, (byte)i }), Soon);
            var down = connection.InvokeAsync(RemotingCommand.Request(220, body: new byte[] { 2, (byte)i }), Soon);
            Assert.That((await up).Body.ToArray(), Is.EqualTo(new byte[] { 1, (byte)i }), "both ends count their own opaques");
            Assert.That((await down).Body.ToArray(), Is.EqualTo(new byte[] { 2, (byte)i }));
        }
    }

    [Test]
    public async Task A_server_that_asks_a_client_which_left_is_told_so()
    {
        await using var server = await StartAsync(Handler.Echo);
        var peer = server.Connect();
        var connection = await server.NextConnectionAsync();
        peer.Dispose();
        server.NextCloseReason();
        Assert.That(connection.TrySendOneway(RemotingCommand.Request(40)), Is.False);
        Assert.That(
            async () => await connection.InvokeAsync(RemotingCommand.Request(220), Soon),
            Throws.TypeOf<RemotingException>().With.Message.Contains("is closed: the peer closed the connection"));
    }

    [Test]
    public async Task Many_callers_share_one_connection()
    {
        await using var server = await StartAsync(Handler.Echo);
        await using var client = Client();
        var replies = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(
            () => client.InvokeAsync(server.Address, RemotingCommand.Request(1, body: BitConverter.GetBytes(i)), Soon))));
        Assert.That(replies.Select(r => BitConverter.ToInt32(r.Body.FirstSpan)), Is.EqualTo(Enumerable.Range(0, 2000)));
        Assert.That(server.ConnectionCount, Is.EqualTo(1));
    }

    [Test]
    public async Task A_cancelled_call_is_cancelled_and_the_connection_lives()
    {
        await using var server = await StartAsync(new RequestTable.Builder().Add(1, Handler.Echo).Add(2, Silent).Build());
        await using var client = Client();
        using var cancellation = new CancellationTokenSource();
        var call = client.InvokeAsync(server.Address, RemotingCommand.Request(2), TimeSpan.FromMinutes(5), cancellation.Token);
        await server.NextConnectionAsync();
        await cancellation.CancelAsync();
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await client.InvokeAsync(server.Address, RemotingCommand.Request(1), Soon)).Code, Is.Zero);
        Assert.That(server.ConnectionCount, Is.EqualTo(1));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
