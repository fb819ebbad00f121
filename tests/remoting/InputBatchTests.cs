using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

public class InputBatchTests
{
    [Test]
    public async Task Work_is_done_once_a_batch_after_its_last_frame()
    {
        var steps = new List<string>();
        var work = new Work(() => steps.Add("end"));
        await using var server = await TestServer.StartAsync(new Handler(request =>
        {
            steps.Add("frame");
            Assert.That(InputBatch.TryDefer(work));
            return RemotingCommand.Response(0);
        }));
        using var peer = server.Connect();

        peer.Send([.. Enumerable.Range(0, 5).SelectMany(i => RawPeer.Request(1, i))]);
        for (var i = 0; i < 5; i++)
        {
            Assert.That(peer.Receive().Opaque, Is.EqualTo(i));
        }

        Assert.That(steps, Is.EqualTo((string[])["frame", "frame", "frame", "frame", "frame", "end"]));
    }

    [Test]
    public void A_thread_that_serves_no_batch_defers_nothing() => Assert.That(InputBatch.TryDefer(new Work(() => { })), Is.False);

    [Test]
    public void A_batch_inside_another_ends_with_it_and_nothing_is_deferred_to_the_end_of_an_end()
    {
        var done = 0;
        var deferredAtEnd = true;
        Work? late = null;
        var work = new Work(() =>
        {
            done++;
            deferredAtEnd = InputBatch.TryDefer(late!);
        });
        late = new Work(() => done += 100);

        var outer = InputBatch.Begin();
        var inner = InputBatch.Begin();
        InputBatch.TryDefer(work);
        inner.End();
        Assert.That(done, Is.Zero);
        outer.End();

        Assert.That((done, deferredAtEnd), Is.EqualTo((1, false)));
        Assert.That(InputBatch.TryDefer(work), Is.False);
    }

    [Test]
    public void A_batch_that_ends_badly_leaves_the_thread_as_it_was()
    {
        var batch = InputBatch.Begin();
        InputBatch.TryDefer(new Work(() => throw new InvalidOperationException("a bug")));
        Assert.That(batch.End, Throws.InvalidOperationException);

        var done = 0;
        var next = InputBatch.Begin();
        InputBatch.TryDefer(new Work(() => done++));
        next.End();

        Assert.That(done, Is.EqualTo(1));
        Assert.That(InputBatch.TryDefer(new Work(() => { })), Is.False);
    }

    private sealed class Work(Action run) : IBatchEndWork
    {
        public void Run() => run();
    }
}
