using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Waking;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Waking;

public class WakeStageTests
{
    [Test]
    public async Task A_thread_that_reads_a_socket_answers_a_budget_of_them_at_its_batchs_end_and_leaves_the_rest_to_the_pool()
    {
        await using var stage = new WakeStage(NullLogger.Instance);
        var requests = Enumerable.Range(0, 50).Select(_ => new Waiting()).ToList();
        var lookedWithinBatch = -1;

        var reader = OnThreadOfItsOwn(() =>
        {
            var batch = InputBatch.Begin();
            requests.ForEach(stage.Wake);
            lookedWithinBatch = requests.Sum(r => r.Threads.Count);
            batch.End();
        });
        await Eventually.BecomesAsync(() => requests.TrueForAll(r => !r.Threads.IsEmpty), "all of them");

        Assert.That(lookedWithinBatch, Is.Zero, "nothing is answered on the stack that brings the news");
        Assert.That(requests.Select(r => r.Threads.Count), Is.All.EqualTo(1), "each once");
        Assert.That(requests.Count(r => r.Threads.Contains(reader)), Is.EqualTo(WakeStage.BatchBudget));
    }

    [Test]
    public async Task What_may_wait_for_the_disk_is_left_to_the_pool()
    {
        await using var stage = new WakeStage(NullLogger.Instance);
        var requests = new List<Waiting> { new() { MayBlock = true }, new(), new() { MayBlock = true } };

        var reader = OnThreadOfItsOwn(() =>
        {
            var batch = InputBatch.Begin();
            requests.ForEach(stage.Wake);
            batch.End();
        });
        await Eventually.BecomesAsync(() => requests.TrueForAll(r => !r.Threads.IsEmpty), "all of them");

        Assert.That(requests.Select(r => r.Threads.Contains(reader)), Is.EqualTo((bool[])[false, true, false]));
    }

    [Test]
    public async Task What_is_woken_by_any_other_thread_is_answered_by_the_pool()
    {
        await using var stage = new WakeStage(NullLogger.Instance);
        var requests = Enumerable.Range(0, 1000).Select(_ => new Waiting()).ToList();

        var timers = Enumerable.Range(0, 4).Select(t => new Thread(() => requests.Where((_, i) => i % 4 == t).ToList().ForEach(stage.Wake))).ToList();
        timers.ForEach(t => t.Start());
        timers.ForEach(t => t.Join());
        await Eventually.BecomesAsync(() => requests.TrueForAll(r => !r.Threads.IsEmpty), "all of them");

        Assert.That(requests.Select(r => r.Threads.Count), Is.All.EqualTo(1));
        Assert.That(requests.SelectMany(r => r.Threads).Intersect(timers.Select(t => t.ManagedThreadId)), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task One_that_fails_is_told_so_and_costs_the_others_nothing(bool atBatchEnd)
    {
        await using var stage = new WakeStage(NullLogger.Instance);
        var failing = new Waiting { Look = () => throw new InvalidOperationException("the record is torn") };
        var failingLater = new Waiting { Look = async () =>
        {
            await Task.Yield();
            throw new IOException("the disk is gone");
        } };
        var hopeless = new Waiting { Look = () => throw new InvalidOperationException("x"), IsHopeless = true };
        var requests = new List<Waiting> { new(), failing, hopeless, failingLater, new(), new() };

        OnThreadOfItsOwn(() =>
        {
            var batch = atBatchEnd ? InputBatch.Begin() : null;
            requests.ForEach(stage.Wake);
            batch?.End();
        });
        await Eventually.BecomesAsync(() => requests.TrueForAll(r => !r.Threads.IsEmpty) && failingLater.Failure is not null, "all of them");

        Assert.That(failing.Failure, Is.TypeOf<InvalidOperationException>());
        Assert.That(failingLater.Failure, Is.TypeOf<IOException>());
        Assert.That(requests.Where(r => r.Look is null).Select(r => r.Failure), Is.All.Null);
    }

    [Test]
    public async Task What_is_woken_while_a_batch_ends_is_not_forgotten()
    {
        await using var stage = new WakeStage(NullLogger.Instance);
        var next = new Waiting();
        var first = new Waiting { Look = () =>
        {
            stage.Wake(next);
            return default;
        } };

        OnThreadOfItsOwn(() =>
        {
            var batch = InputBatch.Begin();
            stage.Wake(first);
            batch.End();
        });
        await Eventually.BecomesAsync(() => !next.Threads.IsEmpty, "the second");

        Assert.That(next.Threads, Has.Count.EqualTo(1));
    }

    private static int OnThreadOfItsOwn(Action work)
    {
        var thread = new Thread(() => work());
        thread.Start();
        thread.Join();
        return thread.ManagedThreadId;
    }

    private sealed class Waiting : IWoken
    {
        public ConcurrentBag<int> Threads { get; } = [];

        public Exception? Failure { get; private set; }

        public Func<ValueTask>? Look { get; init; }

        public bool IsHopeless { get; init; }

        public bool MayBlock { get; init; }

        public ValueTask LookAsync()
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            return Look?.Invoke() ?? default;
        }

        public void Fail(Exception exception)
        {
            Failure = IsHopeless ? throw new InvalidOperationException("nobody is there") : exception;
        }
    }
}
