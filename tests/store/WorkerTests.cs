using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace RocketMQ.Store.Tests;

/// <summary>A store's thread ends when it is told to, whatever its round is at.</summary>
internal sealed class WorkerTests
{
    [Test]
    public void A_stop_that_comes_while_a_round_rests_is_not_slept_through()
    {
        for (var i = 0; i < 200; i++)
        {
            using var worker = new Worker("test", TimeProvider.System, NullLogger.Instance);
            using var rests = new ManualResetEventSlim();
            worker.Start(() =>
            {
                rests.Set();
                worker.Sleep(TimeSpan.FromMilliseconds(1));
                worker.Sleep(TimeSpan.FromMilliseconds(1));
            });
            worker.Wake();
            rests.Wait();
            Assert.That(Task.Run(worker.Stop).Wait(TimeSpan.FromSeconds(10)), Is.True);
        }
    }

    [Test]
    public void A_timer_that_fires_late_finds_what_it_calls_and_is_waited_for()
    {
        var time = new LateTimers();
        var worker = new Worker("test", time, NullLogger.Instance);
        worker.Start(() => { });
        time.IsUnderWay = true;
        var disposing = Task.Run(worker.Dispose);
        Assert.That(() => time.IsDisposing, Is.True.After(10_000, 1));
        Assert.That(disposing.IsCompleted, Is.False, "its call is under way");

        time.IsUnderWay = false;
        Assert.That(disposing.Wait(TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(time.FireAll, Throws.Nothing);
    }

    [Test]
    public async Task No_timer_of_a_store_that_is_closed_finds_what_it_calls_gone([Values] FlushDiskType flushDiskType)
    {
        using var directory = new TestDirectory();
        var time = new LateTimers();
        await using (var store = MessageStore.Open(
            new StoreOptions
            {
                StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024, FlushDiskType = flushDiskType, FlushIntervalCommitLog = 1, FlushIntervalConsumeQueue = 1,
                MaxHashSlotNum = 10, MaxIndexNum = 100,
            },
            time: time))
        {
            store.Start();
            for (var i = 0; i < 100; i++)
            {
                await store.WaitFlushedAsync(store.Append("T", i % 5, new string('x', 2_000)).EndOffset);
            }
        }

        Assert.That(time.Count, Is.GreaterThan(3), "log, its files, queues");
        Assert.That(time.FireAll, Throws.Nothing);
    }

    [Test]
    public async Task Timers_that_fire_while_a_store_closes_find_what_they_call([Values] FlushDiskType flushDiskType)
    {
        for (var i = 0; i < 100; i++)
        {
            using var directory = new TestDirectory();
            await using var store = MessageStore.Open(new StoreOptions
            {
                StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024, FlushDiskType = flushDiskType, FlushIntervalCommitLog = 1, FlushIntervalConsumeQueue = 1,
                MaxHashSlotNum = 10, MaxIndexNum = 100,
            });
            store.Start();
            for (var j = 0; j < 5; j++)
            {
                store.Append("T", j, "m");
            }
        }
    }

    /// <summary>The machine's clock, whose timers may have a call under way when they are disposed of, and call once more afterwards.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly ConcurrentQueue<(TimerCallback Callback, object? State)> _all = new();
        private readonly ManualResetEventSlim _ended = new(true);

        public int Count => _all.Count;

        public volatile bool IsDisposing;

        public bool IsUnderWay
        {
            set => (value ? (Action)_ended.Reset : _ended.Set)();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _all.Enqueue((callback, state));
            return new Timer(this, base.CreateTimer(callback, state, dueTime, period));
        }

        public void FireAll()
        {
            foreach (var (callback, state) in _all)
            {
                callback(state);
            }
        }

        private sealed class Timer(LateTimers time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose() => timer.Dispose();

            public async ValueTask DisposeAsync()
            {
                time.IsDisposing = true;
                await Task.Run(time._ended.Wait);
                await timer.DisposeAsync();
            }
        }
    }
}
