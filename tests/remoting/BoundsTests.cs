using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tests.Support;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests;

/// <summary>What a peer can make this end keep, compute or wait for has an end.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class BoundsTests(TransportKind kind) : TransportFixture(kind)
{
    [Test]
    public async Task A_server_stops_within_its_patience_though_a_handler_never_ends([Values] bool onLane)
    {
        var time = new VirtualTimeProvider();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lane = new Lane("slow", 10, 1, time: time);
        var handler = new Handler(async (_, _) =>
        {
            entered.SetResult();
            await release.Task;
            return null;
        });
        var server = await StartAsync(new RequestTable.Builder().Add(1, handler, onLane ? lane : null).Build(), time: time);
        using var peer = server.Connect();
        peer.Send(RawPeer.Request(1, 1));
        await entered.Task;

        var stopping = server.StopAsync();
        Assert.That(peer.IsClosedByPeer());
        await AdvanceUntilAsync(time, stopping);
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("stops though handlers of 1 connections still run: they had 10 s").After(5000, 5));
        var ending = lane.DisposeAsync().AsTask();
        await (onLane ? AdvanceUntilAsync(time, ending) : ending);
        release.SetResult();
        await server.DisposeAsync();
    }

    [Test]
    public async Task Work_that_waits_when_a_lane_has_lost_patience_is_never_begun()
    {
        var time = new VirtualTimeProvider();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lane = new Lane("slow", 10, 1, time: time);
        var begun = 0;
        Assert.That(lane.TryEnqueue(null, () => release.Task));
        Assert.That(lane.TryEnqueue(null, () =>
        {
            Interlocked.Increment(ref begun);
            return Task.CompletedTask;
        }));
        await AdvanceUntilAsync(time, lane.DisposeAsync().AsTask());

        release.SetResult();
        Assert.That(() => lane.Count, Is.Zero.After(5000, 5));
        Assert.That(begun, Is.Zero);
    }

    [Test]
    public async Task A_lane_takes_so_many_bytes_and_names_both_limits([Values] bool inHeader)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var lane = new Lane("admin", capacity: 100, workers: 1, maxWaitingBytes: 1000);
        await using var server = await StartAsync(Held(lane, release.Task, _ => running.TrySetResult()));
        using var peer = server.Connect();
        peer.Send(Sized(1, 600, inHeader));
        await running.Task;
        peer.Send([.. Sized(2, 600, inHeader), .. Sized(3, 600, inHeader), .. Sized(4, 600, inHeader)]);

        var refused = peer.Receive();
        Assert.That((refused.Opaque, refused.Code), Is.EqualTo((4, ResponseCode.SystemBusy)));
        Assert.That(refused.Remark, Does.EndWith("the admin queue is full, its limit is 100 requests of 1000 bytes"));
        release.SetResult();
        Assert.That((int[])[peer.Receive().Opaque, peer.Receive().Opaque, peer.Receive().Opaque], Is.EqualTo((int[])[1, 2, 3]));
    }

    [Test]
    public async Task Who_floods_a_lane_waits_behind_himself_and_others_have_their_turn()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var served = new ConcurrentQueue<int>();
        await using var lane = new Lane("admin", capacity: 10, workers: 1);
        await using var server = await StartAsync(Held(lane, release.Task, opaque =>
        {
            served.Enqueue(opaque);
            running.TrySetResult();
        }));
        using var flood = server.Connect();
        flood.Send(RawPeer.Request(1, 0));
        await running.Task;
        flood.Send([.. Enumerable.Range(1, 15).SelectMany(i => RawPeer.Request(1, i))]);
        Assert.That(Enumerable.Range(0, 5).Select(_ => flood.Receive().Code), Is.All.EqualTo(ResponseCode.SystemBusy), "what is over the limit");

        using var good = server.Connect();
        good.Send([.. RawPeer.Request(1, 100), .. RawPeer.Request(1, 101)]);
        Assert.That(good.Receive().Code, Is.EqualTo(ResponseCode.SystemBusy), "the lane is full, and the second is not his only one");
        release.SetResult();
        Assert.That(good.Receive().Opaque, Is.EqualTo(100));
        Assert.That(() => served, Has.Count.EqualTo(12).After(5000, 5));
        Assert.That(served.Take(3), Is.EqualTo((int[])[0, 1, 100]));
    }

    [Test]
    public async Task A_connection_is_not_read_while_what_was_copied_for_it_is_too_much([Values] bool inHeader)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var served = 0;
        await using var lane = new Lane("slow", capacity: 100, workers: 8);
        var table = new RequestTable.Builder()
            .Add(1, new Handler(async (_, _) =>
            {
                Interlocked.Increment(ref served);
                await release.Task;
                return RemotingCommand.Response(0);
            }), lane)
            .Build();
        await using var server = await StartAsync(table, new RemotingOptions { MaxPendingRequestBytes = 100_000 });
        using var peer = server.Connect();
        for (var i = 0; i < 6; i++)
        {
            peer.Send(Sized(i, 60_000, inHeader));
            await Task.Delay(50);
        }

        Assert.That(served, Is.LessThan(6));
        release.SetResult();
        Assert.That(Enumerable.Range(0, 6).Select(_ => peer.Receive().Opaque).Order(), Is.EqualTo(Enumerable.Range(0, 6)));
    }

    [Test]
    public async Task A_connection_does_not_keep_what_its_longest_header_took()
    {
        await using var server = await StartAsync(Handler.Echo);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peers = Enumerable.Range(0, 50).Select(_ => server.Connect()).ToList();
        var large = Sized(1, 4_000_000, inHeader: true);
        foreach (var peer in peers)
        {
            peer.Send(large);
            peer.Receive();
        }

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(75_000_000), "50 connections that sent 4 MB each; a pool keeps one such array for each thread");
        peers.ForEach(peer => peer.Dispose());
    }

    [Test]
    public async Task Peers_that_always_have_more_keep_no_other_waiting()
    {
        await using var server = await StartAsync(new Handler(_ => RemotingCommand.Response(0)));
        using var stop = new CancellationTokenSource();
        var large = Sized(1, 1_500_000, inHeader: true);
        var floods = Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var peer = server.Connect();
                while (!stop.IsCancellationRequested)
                {
                    peer.Send(large);
                    peer.Receive();
                    peer.Send([.. large, .. large]);
                    peer.Receive();
                    peer.Receive();
                }
            },
            TaskCreationOptions.LongRunning)).ToList();
        using var good = server.Connect();
        var longest = TimeSpan.Zero;
        for (var i = 0; i < 100; i++)
        {
            var watch = Stopwatch.StartNew();
            good.Send(RawPeer.Request(1, i));
            good.Receive();
            longest = watch.Elapsed > longest ? watch.Elapsed : longest;
        }

        await stop.CancelAsync();
        await Task.WhenAll(floods);
        Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    /// <summary>Requests that a lane begins, and ends when they may.</summary>
    private static RequestTable Held(Lane lane, Task released, Action<int> begun) => new RequestTable.Builder()
        .Add(1, new Handler(async (context, _) =>
        {
            begun(context.Request.Opaque);
            await released;
            return RemotingCommand.Response(0);
        }), lane)
        .Build();

    /// <summary>A request that is so long by its header or by its body.</summary>
    private static byte[] Sized(int opaque, int length, bool inHeader)
    {
        if (!inHeader)
        {
            return RawPeer.Request(1, opaque, new byte[length]);
        }

        var command = RemotingCommand.Request(1);
        command.Opaque = opaque;
        command.AddField("x", new string('h', length));
        return RawPeer.Frame(command);
    }

    [Test]
    public async Task Frames_that_never_end_hold_so_much_together_and_whole_ones_are_served_beside_them()
    {
        await using var server = await StartAsync(Handler.Echo, new RemotingOptions { MaxIncompleteFrameBytes = 1_000_000 });
        var part = new byte[400_000];
        BinaryPrimitives.WriteInt32BigEndian(part, 8_000_000);
        var peers = Enumerable.Range(0, 4).Select(_ => server.Connect()).ToList();
        foreach (var peer in peers)
        {
            peer.Send(part);
        }

        Assert.That(server.NextCloseReason(), Is.EqualTo(
            "frames that have arrived in part hold more than 1000000 bytes on all connections, which is the limit (serverMaxIncompleteFrameBytes), and this one let the most wait for the longest"));
        using var good = server.Connect();
        good.Send(RawPeer.Request(1, 7, new byte[50_000]));
        Assert.That(good.Receive().Opaque, Is.EqualTo(7));
        peers.ForEach(peer => peer.Dispose());

        // What they held is free again.
        Assert.That(() => server.ConnectionCount, Is.EqualTo(1).After(5000, 5));
        good.Send(RawPeer.Request(1, 8, new byte[900_000]));
        Assert.That(good.Receive().Opaque, Is.EqualTo(8));
    }

    [Test]
    public async Task Who_sends_large_frames_to_their_end_is_not_shut_out_by_those_who_stall()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, new RemotingOptions { MaxIncompleteFrameBytes = 1_000_000 }, time);
        var part = new byte[100_000];
        BinaryPrimitives.WriteInt32BigEndian(part, 8_000_000);
        using var good = server.Connect();
        var stalling = new List<RawPeer>();
        for (var i = 0; i < 60; i++)
        {
            stalling.Add(server.Connect());
            stalling[^1].Send(part);
            time.Advance(TimeSpan.FromSeconds(1));
            var frame = RawPeer.Request(1, i, new byte[400_000]);
            good.Send(frame.AsSpan(0, 300_000).ToArray());
            good.Send(frame.AsSpan(300_000).ToArray());
            Assert.That(good.Receive().Opaque, Is.EqualTo(i));
        }

        Assert.That(() => server.ConnectionCount, Is.InRange(2, 11).After(5000, 5), "the good one, and what one million bytes have room for");
        stalling.ForEach(peer => peer.Dispose());
    }

    [Test]
    public async Task Answers_that_are_not_read_hold_so_much_together_and_who_reads_is_served_beside_them()
    {
        var body = new byte[1_000_000];
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(new Handler(_ => RemotingCommand.ResponseWithBody(0, body)), new RemotingOptions { MaxUnreadReplyBytes = 20_000_000 }, time);
        using var good = server.Connect();
        var slow = new List<RawPeer>();
        for (var i = 0; i < 60; i++)
        {
            slow.Add(server.Connect(receiveBufferBytes: 16 * 1024));
            for (var j = 0; j < 20; j++)
            {
                slow[^1].Send(RawPeer.Request(1, j));
            }

            time.Advance(TimeSpan.FromSeconds(1));
            good.Send(RawPeer.Request(1, i));
            Assert.That(good.Receive().Opaque, Is.EqualTo(i));
        }

        Assert.That(server.NextCloseReason(), Is.EqualTo(
            "answers that are not read hold more than 20000000 bytes on all connections, which is the limit (serverMaxUnreadReplyBytes), and this one let the most wait for the longest"));
        Assert.That(() => server.ConnectionCount, Is.InRange(2, 50).After(5000, 5));
        good.Send(RawPeer.Request(1, 77));
        Assert.That(good.Receive().Opaque, Is.EqualTo(77));

        // Who reads again has what he asked for.
        Assert.That(Enumerable.Range(0, 20).Select(_ => slow[^1].Receive().Opaque), Is.EqualTo(Enumerable.Range(0, 20)));
        slow.ForEach(peer => peer.Dispose());
    }

    [Test]
    public async Task One_address_has_so_many_connections_and_gets_its_places_back()
    {
        await using var server = await StartAsync(Handler.Echo, new RemotingOptions { MaxConnectionsPerAddress = 2 });
        using var first = server.Connect();
        using (var second = server.Connect())
        {
            using var third = server.Connect();
            Assert.That(third.IsClosedByPeer());
            Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("the limit of one address is 2 (serverMaxConnectionsPerAddress)").After(5000, 5));
        }

        server.NextCloseReason();
        Assert.That(() => server.ConnectionCount, Is.EqualTo(1).After(5000, 5));
        using var fourth = server.Connect();
        fourth.Send(RawPeer.Request(1, 4));
        Assert.That(fourth.Receive().Opaque, Is.EqualTo(4));
    }

    [Test]
    public async Task Peers_write_so_many_lines_a_second_to_the_log_and_the_next_says_how_many_are_missing()
    {
        var time = new VirtualTimeProvider();
        await using var server = await StartAsync(Handler.Echo, time: time);
        using var peer = server.Connect();
        for (var i = 0; i < 50; i++)
        {
            peer.Send(RawPeer.Request(1_000_000 + i, i));
            Assert.That(peer.Receive().Code, Is.EqualTo(ResponseCode.RequestCodeNotSupported));
        }

        Assert.That(server.Logs.Lines.Count(line => line.Contains("which nothing here handles", StringComparison.Ordinal)), Is.EqualTo(10));
        time.Advance(TimeSpan.FromSeconds(1));
        peer.Send(RawPeer.Request(2_000_000, 51));
        peer.Receive();
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("40 lines about what peers did were left out").After(5000, 5));
        Assert.That(() => server.Logs.Lines.ToArray(), Has.Some.Contain("2000000").After(5000, 5));
    }

    /// <summary>Quadratic, this took a minute and a half of a worker.</summary>
    [TestCase("key=", "\\\n")]
    [TestCase("", "k\\\n")]
    [TestCase("key", "=v\\\n  ")]
    public void A_properties_text_is_read_in_time_that_grows_with_its_length(string start, string line)
    {
        var text = new StringBuilder(start).Insert(start.Length, line, 1_600_000 / line.Length).Append("end\n").ToString();
        var watch = Stopwatch.StartNew();
        var properties = JavaProperties.Parse(text, "the request");

        Assert.That(properties.Entries, Has.Count.EqualTo(1));
        Assert.That(properties.Entries.Values.Single().Line, Is.EqualTo(1));
        Assert.That(() => OptionsBinder.CheckKeys(properties, new Dictionary<string, string>(), "-p", typeof(RemotingOptions)), Throws.TypeOf<ConfigurationException>().With.Message.Length.LessThan(300));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(2)));
    }

    /// <summary>Moves the clock on, a second at a time, until the task is done; it must not be at once.</summary>
    private static async Task AdvanceUntilAsync(VirtualTimeProvider time, Task task)
    {
        Assert.That(task.IsCompleted, Is.False);
        var seconds = 0;
        for (; !task.IsCompleted && seconds < 60; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(20));
        }

        Assert.That(task.IsCompleted);
        Assert.That(seconds, Is.GreaterThan(8), "its patience");
    }
}
