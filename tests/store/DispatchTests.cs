using System.Diagnostics;

namespace RocketMQ.Store.Tests;

/// <summary>Dispatch serves everybody and keeps nobody's thread.</summary>
internal sealed class DispatchTests
{
    private static readonly string[] s_topics = ["T0", "T1", "T2", "T3"];

    private TestDirectory _directory = null!;
    private MessageStore _store = null!;

    [SetUp]
    public void Prepare()
    {
        _directory = new TestDirectory();
        _store = Open(maxBehind: 256 * 1024 * 1024);
    }

    [TearDown]
    public async Task Clean()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    [Platform("Linux", Reason = "only there a thread's own time is asked for")]
    public async Task No_append_works_for_the_others_for_long_beside_four_writers_and_a_slow_listener()
    {
        _store.AddDispatcher(new SlowListener(TimeSpan.FromMicroseconds(5)));
        _store.Start();
        for (var i = 0; i < 1000; i++)
        {
            _store.Append(s_topics[i % s_topics.Length], 0, "what is compiled, and opened, with the first calls");
        }
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var own = await Task.WhenAll(Enumerable.Range(0, 4).Select(w => Task.Factory.StartNew(() => Write(w, stop.Token), TaskCreationOptions.LongRunning)));

        // The time of the thread, not of the clock: four that never rest have to wait for two cores. Nor that of a garbage collection.
        TestContext.Out.WriteLine($"the longest append took {own.Max(o => o.Longest).TotalMilliseconds:0.0} ms; dispatched at once at most {own.Max(o => o.MostListened)} records");
        Assert.That(own.Max(o => o.MostListened), Is.LessThanOrEqualTo(256));
        Assert.That(own.Max(o => o.Longest), Is.LessThan(TimeSpan.FromMilliseconds(20)));
    }

    [Test]
    public void The_first_log_file_is_there_before_the_first_message_needs_it()
    {
        _store.Start();

        var first = _directory.File("commitlog", new string('0', 20));
        Assert.That(SpinWait.SpinUntil(() => File.Exists(first), TimeSpan.FromSeconds(10)), Is.True);
        Assert.That(_store.MaxPhysicalOffset, Is.Zero);
        Assert.That(_store.Append("T", 0, "m").IsOk, Is.True);
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(new[] { "m" }));
    }

    [Test]
    public async Task A_listener_that_fails_keeps_nothing_from_the_others()
    {
        var seen = 0;
        _store.AddDispatcher(new FailingListener());
        _store.AddDispatcher(new SlowListener(TimeSpan.Zero) { OnSeen = () => Interlocked.Increment(ref seen) });
        _store.MessageArrived += (in _) => throw new InvalidOperationException("on purpose");
        var arrived = 0;
        _store.MessageArrived += (in _) => Interlocked.Increment(ref arrived);
        _store.Start();
        for (var i = 0; i < 10; i++)
        {
            _store.Append("T", 0, $"m{i}");
        }
        await Task.Yield();
        SpinWait.SpinUntil(() => _store.DispatchedOffset == _store.MaxPhysicalOffset, TimeSpan.FromSeconds(10));

        Assert.That((seen, arrived), Is.EqualTo((10, 10)));
        Assert.That(_store.Bodies("T", 0), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task What_goes_wrong_with_one_record_hides_none_behind_it()
    {
        await _store.DisposeAsync();
        var time = new BrokenTimers();
        _store = Open(maxBehind: 256 * 1024 * 1024, FlushDiskType.SyncFlush, time);
        _store.Start();
        time.IsBroken = true;
        for (var i = 0; i < 10; i++)
        {
            Assert.That(_store.Append("T", 0, $"m{i}").IsOk, Is.True, _store.WriteRefusal);
        }
        SpinWait.SpinUntil(() => _store.DispatchedOffset == _store.MaxPhysicalOffset, TimeSpan.FromSeconds(10));

        Assert.That(time.IsBroken, Is.False, "the first record was to arm a timer");
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"m{i}")));
        Assert.That(_store.WriteStatus, Is.EqualTo(AppendStatus.Ok));
    }

    [Test]
    public async Task When_dispatch_falls_too_far_behind_messages_are_refused_with_the_reason_until_it_has_caught_up()
    {
        await _store.DisposeAsync();
        _store = Open(maxBehind: 10_000);
        using var gate = new ManualResetEventSlim();
        _store.AddDispatcher(new SlowListener(TimeSpan.Zero) { OnSeen = gate.Wait });
        _store.Start();
        var stuck = Task.Run(() => _store.Append("T", 0, "the one that dispatches"));
        SpinWait.SpinUntil(() => _store.MaxPhysicalOffset > 0, TimeSpan.FromSeconds(10));
        AppendResult result;
        var count = 0;
        while ((result = _store.Append("T", 0, new string('x', 500))).IsOk && count++ < 100)
        {
        }
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Busy));
        Assert.That(_store.WriteRefusal, Does.Contain("maxDispatchBehindBytes").And.Contain("10000"));

        gate.Set();
        await stuck;
        SpinWait.SpinUntil(() => _store.WriteStatus == AppendStatus.Ok, TimeSpan.FromSeconds(10));
        Assert.That(_store.Append("T", 0, "goes on").IsOk, Is.True);
    }

    private (TimeSpan Longest, int MostListened) Write(int writer, CancellationToken stop)
    {
        var longest = TimeSpan.Zero;
        var most = 0;
        while (!stop.IsCancellationRequested)
        {
            SlowListener.SeenHere = 0;
            var collections = GC.CollectionCount(0);
            var workedBefore = ThreadTime.Worked;
            _store.Append(s_topics[writer], 0, "x");
            var taken = ThreadTime.Worked - workedBefore;
            if (GC.CollectionCount(0) == collections && taken > longest)
            {
                longest = taken;
            }
            most = Math.Max(most, SlowListener.SeenHere);
        }
        return (longest, most);
    }

    private MessageStore Open(long maxBehind, FlushDiskType flushDiskType = FlushDiskType.AsyncFlush, TimeProvider? time = null) => MessageStore.Open(
        new StoreOptions
        {
            StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024 * 1024, MaxDispatchBehindBytes = maxBehind, MaxHashSlotNum = 100, MaxIndexNum = 1_000,
            MessageIndexEnable = false, FlushDiskType = flushDiskType,
        },
        time: time);

    /// <summary>The machine's clock, one of whose timers fails to be armed, in a way that nobody foresees.</summary>
    private sealed class BrokenTimers : TimeProvider
    {
        public volatile bool IsBroken;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(BrokenTimers time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (time.IsBroken)
                {
                    time.IsBroken = false;
                    throw new InvalidOperationException("on purpose");
                }
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }

    private sealed class SlowListener(TimeSpan takes) : ILogDispatcher
    {
        [ThreadStatic]
        public static int SeenHere;

        public Action? OnSeen { get; init; }

        public void OnRecord(in DispatchedRecord record)
        {
            SeenHere++;
            var startedAt = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(startedAt) < takes)
            {
            }
            OnSeen?.Invoke();
        }
    }

    private sealed class FailingListener : ILogDispatcher
    {
        public void OnRecord(in DispatchedRecord record) => throw new InvalidOperationException("on purpose");
    }
}
