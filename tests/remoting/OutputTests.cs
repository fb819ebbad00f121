using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tests;

/// <summary>The output of one connection, over pipes instead of a socket, so that its flushes can be counted.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class OutputTests(TransportKind kind) : TransportFixture(kind)
{
    [Test]
    public async Task Replies_to_one_batch_of_requests_leave_in_one_flush()
    {
        var (connection, application, output) = Connect(Handler.Echo);
        var running = connection.RunAsync();
        await application.Output.WriteAsync(Enumerable.Range(0, 100).SelectMany(i => RawPeer.Request(1, i)).ToArray());
        await application.Output.CompleteAsync();
        await running;
        Assert.That(output.Flushes, Is.EqualTo(1));
        var replies = await application.Input.ReadAtLeastAsync(1);
        Assert.That(replies.Buffer.Length, Is.GreaterThan(100 * 50));
    }

    [Test]
    public async Task A_reply_does_not_wait_for_a_request_that_has_not_come_whole()
    {
        await using var server = await StartAsync(new RequestTable.Builder().Add(1, Handler.Echo).Build());
        using var peer = server.Connect();
        for (var i = 0; i < 50; i++)
        {
            var second = RawPeer.Request(1, 1000 + i, new byte[9000]);
            peer.Send([.. RawPeer.Request(1, i, new byte[3000]), .. second.AsSpan(0, 100 * i)]);
            Assert.That(peer.Receive().Opaque, Is.EqualTo(i));
            peer.Send(second.AsSpan(100 * i));
            Assert.That(peer.Receive().Opaque, Is.EqualTo(1000 + i));
        }
    }

    [Test]
    public async Task A_reply_does_not_wait_for_the_end_of_a_flood_of_one_way_requests()
    {
        await using var server = await StartAsync(new RequestTable.Builder().Add(1, Handler.Echo).Build());
        using var peer = server.Connect();
        using var answered = new CancellationTokenSource();
        var flood = Enumerable.Range(0, 100).SelectMany(i => RawPeer.Request(1, i, new byte[1000], oneway: true)).ToArray();
        var flooding = Task.Run(() =>
        {
            var floods = 0;
            peer.Send([.. flood, .. RawPeer.Request(1, 4711), .. flood]);
            for (; floods < 5000 && !answered.IsCancellationRequested; floods++)
            {
                peer.Send(flood);
            }

            return floods;
        });
        Assert.That(peer.Receive().Opaque, Is.EqualTo(4711));
        await answered.CancelAsync();
        Assert.That(await flooding, Is.LessThan(5000));
    }

    [Test]
    public async Task Thousands_of_requests_sent_without_reading_are_all_answered_in_order()
    {
        await using var server = await StartAsync(new RequestTable.Builder().Add(1, Handler.Echo).Build());
        using var peer = server.Connect();
        peer.Send([.. Enumerable.Range(0, 5000).SelectMany(i => RawPeer.Request(1, i, new byte[i % 700]))]);
        for (var i = 0; i < 5000; i++)
        {
            Assert.That(peer.Receive().Opaque, Is.EqualTo(i));
        }
    }

    [Test]
    public async Task A_batch_ends_early_when_its_replies_are_large()
    {
        var large = new byte[300_000];
        var (connection, application, output) = Connect(new Handler(_ => RemotingCommand.ResponseWithBody(0, large)));
        var running = connection.RunAsync();
        await application.Output.WriteAsync(Enumerable.Range(0, 40).SelectMany(i => RawPeer.Request(1, i)).ToArray());
        await application.Output.CompleteAsync();
        long received = 0;
        while (true)
        {
            var result = await application.Input.ReadAsync();
            received += result.Buffer.Length;
            application.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await running;
        Assert.That(received, Is.GreaterThan(40 * 300_000));
        Assert.That(output.Flushes, Is.InRange(8, 20), "40 × 300 kB in batches of a megabyte or a little more");
    }

    [Test]
    public async Task Pending_bytes_count_what_the_peer_has_not_taken_once()
    {
        var (connection, application, output) = Connect(Handler.Echo, pauseAt: 1000);
        var running = connection.RunAsync();
        long before = 0;
        for (var i = 0; i < 10; i++)
        {
            connection.Send(RemotingCommand.ResponseWithBody(0, new byte[10_000]));
            var pending = connection.PendingOutputBytes;
            Assert.That(pending - before, Is.InRange(10_000, 10_200), $"send {i}");
            before = pending;
        }

        for (var left = before; left > 0;)
        {
            var result = await application.Input.ReadAsync();
            left -= result.Buffer.Length;
            application.Input.AdvanceTo(result.Buffer.End);
        }

        Assert.That(() => connection.PendingOutputBytes, Is.Zero.After(5000, 5));
        await application.Output.CompleteAsync();
        await application.Input.CompleteAsync();
        await running;
    }

    [Test]
    public async Task A_body_that_fails_half_way_ends_the_connection_because_the_stream_is_spoilt()
    {
        var (connection, application, _) = Connect(new Handler(_ => new RemotingCommand { Flag = 1, BodySource = new FailingBody() }));
        var running = connection.RunAsync();
        await application.Output.WriteAsync(RawPeer.Request(1, 1));
        await application.Output.CompleteAsync();
        await running;
        Assert.That(connection.CloseReason, Does.Contain("written only in part: the page is gone"));
        Assert.That(connection.Send(RemotingCommand.Response(0)), Is.False);
    }

    [Test]
    public async Task A_peer_that_lets_replies_pile_up_over_the_limit_is_disconnected_and_told_why()
    {
        var options = new RemotingOptions { MaxPendingReplyBytes = 100_000, MaxPendingOutputBytes = 50_000 };
        var (connection, application, _) = Connect(Handler.Echo, options, pauseAt: 1000);
        var running = connection.RunAsync();
        for (var i = 0; i < 9; i++)
        {
            connection.Send(RemotingCommand.ResponseWithBody(0, new byte[10_000]));
        }

        Assert.That(connection.IsClosed, Is.False);
        Assert.That(connection.TrySendOneway(RemotingCommand.Request(40)), Is.False, "pushes are dropped long before");
        Assert.That(
            async () => await connection.InvokeAsync(RemotingCommand.Request(40), TimeSpan.FromSeconds(1)),
            Throws.TypeOf<RemotingException>().With.Message.Contains("the limit is 50000"));
        connection.Send(RemotingCommand.ResponseWithBody(0, new byte[20_000]));
        Assert.That(connection.CloseReason, Does.Contain("the peer does not read").And.Contain("the limit is 100000"));
        await application.Output.CompleteAsync();
        await application.Input.CompleteAsync();
        await running;
    }

    private static (RemotingConnection Connection, IDuplexPipe Application, CountingWriter Output) Connect(
        IRequestHandler handler, RemotingOptions? options = null, long pauseAt = 1024 * 1024)
    {
        var input = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var output = new Pipe(new PipeOptions(pauseWriterThreshold: pauseAt, resumeWriterThreshold: 1, useSynchronizationContext: false));
        var counting = new CountingWriter(output.Writer);
        var application = new Duplex(output.Reader, input.Writer);
        var transport = new Pipes(input.Reader, counting);
        var table = new RequestTable.Builder().Add(1, handler).Build();
        var connection = new RemotingConnection(
            transport, table, options ?? new RemotingOptions(), isServer: true, TimeProvider.System, new LogCollector());
        return (connection, application, counting);
    }

    private sealed class Pipes(PipeReader input, PipeWriter output) : ITransportConnection
    {
        public string Id => "test";

        public EndPoint? RemoteEndPoint => null;

        public EndPoint? LocalEndPoint => null;

        public PipeReader Input => input;

        public PipeWriter Output => output;

        public bool HasMoreInput => false;

        public void Abort(string reason) => input.CancelPendingRead();

        public async ValueTask DisposeAsync()
        {
            await input.CompleteAsync();
            await output.CompleteAsync();
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class FailingBody : IBodySource
    {
        public int Length => 100;

        public void WriteTo(IBufferWriter<byte> output)
        {
            output.Write(new byte[10]);
            throw new IOException("the page is gone");
        }

        public void Dispose()
        {
        }
    }

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        public int Flushes { get; private set; }

        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushes++;
            return inner.FlushAsync(cancellationToken);
        }
    }
}
