using System.Buffers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

/// <summary>What goes wrong for one request or one connection stays there.</summary>
[TestFixtureSource(typeof(Transports), nameof(Transports.All))]
public class FailureTests(TransportKind kind) : TransportFixture(kind)
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_reply_whose_body_can_not_be_read_is_an_answer_and_ends_no_connection(bool isParked)
    {
        await using var server = await StartAsync(new RequestTable.Builder()
            .Add(1, Handler.Echo)
            .Add(2, new Handler((context, _) =>
            {
                var response = RemotingCommand.Response(0);
                response.BodySource = new TornBody();
                if (!isParked)
                {
                    return ValueTask.FromResult<RemotingCommand?>(response);
                }

                context.Park().Reply(response);
                return ValueTask.FromResult<RemotingCommand?>(null);
            }))
            .Build());
        using var peer = server.Connect();

        peer.Send(RawPeer.Request(2, 1));
        var failed = peer.Receive();
        peer.Send(RawPeer.Request(1, 2));
        var next = peer.Receive();

        Assert.That((failed.Opaque, failed.Code, failed.Remark), Is.EqualTo((1, ResponseCode.SystemError, "the page is gone")));
        Assert.That((next.Opaque, next.Code), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task Every_listener_hears_of_a_connections_end_whatever_another_runs_into()
    {
        var told = new TaskCompletionSource<RemotingConnection>();
        var table = new RequestTable.Builder().Add(1, Handler.Echo).Build();
        await using var server = await StartAsync(table);
        server.ConnectionClosed += _ => throw new InvalidOperationException("the table is full");
        server.ConnectionClosed += told.SetResult;

        using (var peer = server.Connect())
        {
            peer.Send(RawPeer.Request(1, 1));
            peer.Receive();
        }

        Assert.That(await told.Task.WaitAsync(TimeSpan.FromSeconds(10)), Is.Not.Null);
    }

    [Test]
    public async Task A_body_over_the_inline_limit_is_for_the_lane_and_one_under_it_is_not()
    {
        await using var full = new Lane("heartbeat", 1, 0);
        Assert.That(full.TryEnqueue(null, () => Task.CompletedTask));
        await using var server = await StartAsync(new RequestTable.Builder().Add(1, Handler.Echo, full, inlineBodyLimit: 1000).Build());
        using var peer = server.Connect();

        peer.Send(RawPeer.Request(1, 1, new byte[1000]));
        var small = peer.Receive();

        // The only one of a connection waits, its next is refused.
        peer.Send([.. RawPeer.Request(1, 2, new byte[1001]), .. RawPeer.Request(1, 3, new byte[1001])]);
        var large = peer.Receive();

        Assert.That((small.Code, small.Body.Length), Is.EqualTo((0, 1000)));
        Assert.That((large.Code, large.Remark), Is.EqualTo((ResponseCode.SystemBusy, full.Refusal)));
    }

    [Test]
    public async Task What_a_handler_leaves_to_a_lane_is_answered_by_it_failures_and_a_full_lane_included()
    {
        await using var lane = new Lane("query", 10, 1);
        await using var full = new Lane("full", 1, 0);
        Assert.That(full.TryEnqueue(null, () => Task.CompletedTask));
        await using var server = await StartAsync(new RequestTable.Builder()
            .Add(1, new Handler((_, _) => lane.AnswerAsync(null, () => RemotingCommand.Response(7))))
            .Add(2, new Handler((_, _) => lane.AnswerAsync(null, Failing)))
            .Add(3, new Handler((_, _) => full.AnswerAsync(null, () => RemotingCommand.Response(7))))
            .Build());
        using var peer = server.Connect();
        var answers = new List<(int, string?)>();
        foreach (var code in (int[])[1, 2, 1, 3])
        {
            peer.Send(RawPeer.Request(code, code));
            var answer = peer.Receive();
            answers.Add((answer.Code, answer.Remark));
        }

        Assert.That(answers, Is.EqualTo(((int, string?)[])[(7, null), (1, "IOException: the disk is gone"), (7, null), (ResponseCode.SystemBusy, full.Refusal)]));
    }

    [Test]
    public async Task What_waits_in_a_lane_for_a_peer_that_is_gone_is_not_begun([Values] bool serverStops)
    {
        var begun = new List<int>();
        using var first = new SemaphoreSlim(0);
        var isAtIt = new TaskCompletionSource();
        await using var lane = new Lane("query", 100, 1);
        var server = await StartAsync(new RequestTable.Builder().Add(1, new Handler(async (context, cancellationToken) =>
        {
            begun.Add(context.Request.Opaque);
            isAtIt.TrySetResult();
            await first.WaitAsync(CancellationToken.None);
            return RemotingCommand.Response(0);
        }), lane).Build());
        var peer = server.Connect();
        for (var i = 1; i <= 50; i++)
        {
            peer.Send(RawPeer.Request(1, i));
        }

        await isAtIt.Task;
        while (lane.Count < 49)
        {
            await Task.Delay(1);
        }

        var stopped = serverStops ? server.DisposeAsync().AsTask() : Task.CompletedTask;
        peer.Dispose();
        await Task.Delay(200);
        first.Release(50);
        await (serverStops ? stopped : server.DisposeAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(8));
        await lane.DisposeAsync();

        Assert.That(begun, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task What_a_peer_asked_for_in_passing_is_done_though_it_has_left()
    {
        var begun = new CountdownEvent(3);
        using var first = new SemaphoreSlim(0);
        await using var lane = new Lane("query", 100, 1);
        await using var server = await StartAsync(new RequestTable.Builder().Add(1, new Handler(async (context, cancellationToken) =>
        {
            begun.Signal();
            await first.WaitAsync(CancellationToken.None);
            return null;
        }), lane).Build());
        using (var peer = server.Connect())
        {
            for (var i = 1; i <= 3; i++)
            {
                peer.Send(RawPeer.Request(1, i, oneway: true));
            }

            while (lane.Count < 2)
            {
                await Task.Delay(1);
            }
        }

        await Task.Delay(200);
        first.Release(3);

        Assert.That(begun.Wait(TimeSpan.FromSeconds(8)), Is.True);
    }

    private static RemotingCommand? Failing() => throw new IOException("the disk is gone");

    private sealed class TornBody : IBodySource
    {
        public int Length => throw new IOException("the page is gone");

        public void WriteTo(IBufferWriter<byte> output) => throw new IOException("the page is gone");

        public void Dispose()
        {
        }
    }
}
