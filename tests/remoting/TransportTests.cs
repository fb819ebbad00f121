using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tests;

/// <summary>What connections and listeners are told apart by nothing but their transport: the contract that servers and clients rely on.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class TransportTests(TransportKind kind) : TransportFixture(kind)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Both_ends_know_each_other_and_every_connection_has_an_id_of_its_own()
    {
        await using var pair = await PairAsync();
        await using var other = await PairAsync();

        Assert.That(pair.Accepted.RemoteEndPoint, Is.EqualTo(pair.Made.LocalEndPoint));
        Assert.That(pair.Made.RemoteEndPoint, Is.EqualTo(pair.Accepted.LocalEndPoint).And.EqualTo(pair.Listener.EndPoint));
        Assert.That(new[] { pair.Accepted.Id, pair.Made.Id, other.Accepted.Id, other.Made.Id }, Is.Unique);
    }

    [Test]
    public async Task Bytes_arrive_in_order_both_ways_at_once()
    {
        await using var pair = await PairAsync();
        var bytes = Bytes(5_000_000);

        await Task.WhenAll(
            WriteAsync(pair.Made, bytes), WriteAsync(pair.Accepted, bytes),
            ExpectAsync(pair.Made, bytes), ExpectAsync(pair.Accepted, bytes)).WaitAsync(Soon);
    }

    [Test]
    public async Task Who_sends_more_than_is_read_waits_until_it_is_read()
    {
        await using var pair = await PairAsync();
        var bytes = Bytes(64 * 1024);
        var written = 0;
        var flushing = FlushAsync(pair.Accepted, bytes);
        while (await Task.WhenAny(flushing, Task.Delay(500)) == flushing && written < 10_000)
        {
            written++;
            flushing = FlushAsync(pair.Accepted, bytes);
        }

        Assert.That(written, Is.LessThan(1000), "blocks that nobody has read");
        for (var i = 0; i <= written; i++)
        {
            await ExpectAsync(pair.Made, bytes).WaitAsync(Soon);
        }

        Assert.That((await flushing.WaitAsync(Soon)).IsCompleted, Is.False);
    }

    [Test]
    public async Task Disposing_sends_what_is_queued_and_then_the_end([Values] bool byAccepted)
    {
        await using var pair = await PairAsync();
        var (from, to) = byAccepted ? (pair.Accepted, pair.Made) : (pair.Made, pair.Accepted);
        var bytes = Bytes(3_000_000);
        from.Output.Write(bytes);
        var flushing = from.Output.FlushAsync().AsTask();
        var disposing = from.DisposeAsync().AsTask();

        await ExpectAsync(to, bytes).WaitAsync(Soon);
        Assert.That(await to.Input.ReadAsync().AsTask().WaitAsync(Soon), Has.Property(nameof(ReadResult.IsCompleted)).True);
        await disposing.WaitAsync(Soon);
        await flushing.WaitAsync(Soon);
    }

    [Test]
    public async Task Aborting_drops_what_is_queued_and_ends_a_disposal_that_waits_for_a_peer_who_does_not_read([Values] bool byAccepted)
    {
        await using var pair = await PairAsync();
        var (from, to) = byAccepted ? (pair.Accepted, pair.Made) : (pair.Made, pair.Accepted);
        from.Output.Write(Bytes(60_000_000));
        var flushing = from.Output.FlushAsync().AsTask();
        var disposing = from.DisposeAsync().AsTask();
        Assert.That(await Task.WhenAny(disposing, Task.Delay(200)), Is.Not.SameAs(disposing));

        from.Abort("the peer does not read");

        await disposing.WaitAsync(Soon);
        await flushing.WaitAsync(Soon);
        Assert.That(await ReadToEndAsync(to).WaitAsync(Soon), Is.LessThan(60_000_000));
    }

    [Test]
    public async Task Who_aborts_is_told_so_where_it_reads_and_its_peer_that_the_connection_is_gone([Values] bool byAccepted)
    {
        await using var pair = await PairAsync();
        var (from, to) = byAccepted ? (pair.Accepted, pair.Made) : (pair.Made, pair.Accepted);
        var reading = from.Input.ReadAsync().AsTask();
        var peerReading = to.Input.ReadAsync().AsTask();

        Parallel.For(0, 8, _ => from.Abort("tested"));

        Assert.That(async () => await reading.WaitAsync(Soon), Throws.InstanceOf<OperationCanceledException>().With.Message.EqualTo("tested"));
        Assert.That(async () => await peerReading.WaitAsync(Soon), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_flush_that_waits_ends_with_its_connection([Values] bool byPeer)
    {
        await using var pair = await PairAsync();
        pair.Accepted.Output.Write(Bytes(60_000_000));
        var flushing = pair.Accepted.Output.FlushAsync().AsTask();
        Assert.That(flushing.IsCompleted, Is.False);

        (byPeer ? pair.Made : pair.Accepted).Abort("tested");

        await Task.WhenAny(flushing.WaitAsync(Soon));
        Assert.That(flushing.IsCompleted);
        Assert.That(flushing.Exception?.InnerException, Is.Null.Or.InstanceOf<IOException>());
    }

    [Test]
    public async Task Hundreds_of_connections_go_on_beside_each_other()
    {
        await using var listener = await Transport.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        var echoing = EchoAllAsync(listener);
        var bytes = Bytes(20_000);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async _ =>
        {
            await using var connection = await Transport.ConnectAsync(listener.EndPoint, default);
            await Task.WhenAll(WriteAsync(connection, bytes), ExpectAsync(connection, bytes)).WaitAsync(Soon);
        }));
        await listener.StopAsync();
        await echoing.WaitAsync(Soon);
    }

    [Test]
    public async Task A_listener_that_stops_keeps_its_connections_and_gives_the_port_back()
    {
        await using var pair = await PairAsync();
        var accepting = pair.Listener.AcceptAsync(default).AsTask();
        await pair.Listener.StopAsync();

        Assert.That(await accepting.WaitAsync(Soon), Is.Null);
        Assert.That(async () => await Transport.ConnectAsync(pair.Listener.EndPoint, default), Throws.InstanceOf<SocketException>());
        await WriteAsync(pair.Made, [1, 2, 3]);
        await ExpectAsync(pair.Accepted, [1, 2, 3]).WaitAsync(Soon);
        await using var again = await Transport.ListenAsync(pair.Listener.EndPoint, default);
        Assert.That(again.EndPoint, Is.EqualTo(pair.Listener.EndPoint));
    }

    [Test]
    public async Task A_taken_port_is_refused()
    {
        await using var listener = await Transport.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        Assert.That(
            async () => await Transport.ListenAsync(listener.EndPoint, default),
            Throws.InstanceOf<SocketException>().With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.AddressAlreadyInUse));
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAsync(ITransportConnection connection, byte[] bytes)
    {
        foreach (var part in bytes.Chunk(10_000))
        {
            await connection.Output.WriteAsync(part);
        }
    }

    private static async Task<FlushResult> FlushAsync(ITransportConnection connection, byte[] bytes) => await connection.Output.WriteAsync(bytes);

    private static async Task ExpectAsync(ITransportConnection connection, byte[] bytes)
    {
        var result = await connection.Input.ReadAtLeastAsync(bytes.Length);
        var taken = result.Buffer.Slice(0, Math.Min(bytes.Length, result.Buffer.Length));
        Assert.That(taken.ToArray().AsSpan().SequenceEqual(bytes), "other bytes, or fewer");
        connection.Input.AdvanceTo(taken.End);
    }

    private static async Task<long> ReadToEndAsync(ITransportConnection connection)
    {
        var read = 0L;
        try
        {
            while (true)
            {
                var result = await connection.Input.ReadAsync();
                read += result.Buffer.Length;
                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return read;
                }
            }
        }
        catch (IOException)
        {
            return read;
        }
    }

    private static async Task EchoAllAsync(ITransportListener listener)
    {
        var echoing = new List<Task>();
        while (await listener.AcceptAsync(default) is { } connection)
        {
            echoing.Add(EchoAsync(connection));
        }

        await Task.WhenAll(echoing);
    }

    private static async Task EchoAsync(ITransportConnection connection)
    {
        await using (connection)
        {
            await connection.Input.CopyToAsync(connection.Output);
        }
    }

    private async Task<Pair> PairAsync()
    {
        var listener = await Transport.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0), default);
        var accepting = listener.AcceptAsync(default);
        var made = await Transport.ConnectAsync(listener.EndPoint, default);
        return new Pair(listener, (await accepting)!, made);
    }

    private sealed record Pair(ITransportListener Listener, ITransportConnection Accepted, ITransportConnection Made) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Made.Abort("the test is over");
            Accepted.Abort("the test is over");
            await Made.DisposeAsync();
            await Accepted.DisposeAsync();
            await Listener.DisposeAsync();
        }
    }
}
