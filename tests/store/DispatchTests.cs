using System.Diagnostics;

namespace RocketMQ.Store.Tests;

/// <summary>Dispatch serves everybody and keeps nobody's thread.</summary>
internal sealed class DispatchTests
{
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
    public async Task No_append_works_for_the_others_for_long_beside_four_writers_and_a_slow_listener()
    {
        _store.AddDispatcher(new SlowListener(TimeSpan.FromMicroseconds(5)));
        _store.Start();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var own = await Task.WhenAll(Enumerable.Range(0, 4).Select(w => Task.Factory.StartNew(() => Write(w, stop.Token), TaskCreationOptions.LongRunning)));

        // The time of the thread, not of the clock: on a busy machine a writer may have to wait for a core.
        TestContext.Out.WriteLine($"the longest append took {own.Max(o => o.Longest).TotalMilliseconds:0.0} ms; dispatched at once at most {own.Max(o => o.MostListened)} records");
        Assert.That(own.Max(o => o.MostListened), Is.LessThanOrEqualTo(256));
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
            var startedAt = Stopwatch.GetTimestamp();
            _store.Append($"T{writer}", 0, "x");
            var taken = Stopwatch.GetElapsedTime(startedAt);
            longest = taken > longest ? taken : longest;
            most = Math.Max(most, SlowListener.SeenHere);
        }
        return (longest, most);
    }

    private MessageStore Open(long maxBehind) => MessageStore.Open(new StoreOptions
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024 * 1024, MaxDispatchBehindBytes = maxBehind, MaxHashSlotNum = 100, MaxIndexNum = 1_000,
        MessageIndexEnable = false,
    });

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
