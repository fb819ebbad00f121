using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests;

internal sealed class OffsetTests
{
    private TestDirectory _directory = null!;
    private VirtualTimeProvider _time = null!;
    private MessageStore _store = null!;
    private long _start;

    /// <summary>Offsets 0–2 stored at second 1, 3–4 at second 3, 5 at second 10.</summary>
    [SetUp]
    public void Fill()
    {
        _directory = new TestDirectory();
        _time = new VirtualTimeProvider();
        _store = MessageStore.Open(new() { StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024 }, time: _time);
        _store.Start();
        _start = _time.GetUtcNow().ToUnixTimeMilliseconds();
        int[] seconds = [1, 1, 1, 3, 3, 10];
        var now = 0;
        foreach (var second in seconds)
        {
            _time.Advance(TimeSpan.FromSeconds(second - now));
            now = second;
            _store.Append("T", 0, "m");
        }
    }

    [TearDown]
    public async Task Clean()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [TestCase(0, BoundaryType.Lower, 0)]
    [TestCase(1, BoundaryType.Lower, 0)]
    [TestCase(2, BoundaryType.Lower, 3)]
    [TestCase(3, BoundaryType.Lower, 3)]
    [TestCase(10, BoundaryType.Lower, 5)]
    [TestCase(11, BoundaryType.Lower, 6)]
    [TestCase(0, BoundaryType.Upper, 0)]
    [TestCase(1, BoundaryType.Upper, 2)]
    [TestCase(2, BoundaryType.Upper, 2)]
    [TestCase(3, BoundaryType.Upper, 4)]
    [TestCase(11, BoundaryType.Upper, 5)]
    public void An_offset_is_found_by_time(int second, BoundaryType boundary, long expected) =>
        Assert.That(_store.OffsetByTime("T", 0, _start + second * 1000, boundary), Is.EqualTo(expected));

    [Test]
    public void Bounds_and_times_of_a_queue_are_known()
    {
        Assert.Multiple(() =>
        {
            Assert.That((_store.MinOffset("T", 0), _store.MaxOffset("T", 0)), Is.EqualTo((0L, 6L)));
            Assert.That((_store.MinOffset("T", 1), _store.MaxOffset("T", 1)), Is.EqualTo((0L, 0L)));
            Assert.That(_store.StoreTimestamp("T", 0, 3), Is.EqualTo(_start + 3000));
            Assert.That(_store.StoreTimestamp("T", 0, 6), Is.EqualTo(-1));
            Assert.That(_store.EarliestStoreTimestamp("T", 0), Is.EqualTo(_start + 1000));
            Assert.That(_store.EarliestStoreTimestamp("T", 1), Is.EqualTo(-1));
            Assert.That(_store.EarliestStoreTimestamp(), Is.EqualTo(_start + 1000));
            Assert.That(_store.OffsetByTime("None", 0, _start), Is.Zero);
            Assert.That(_store.IsInMemory("T", 0, 0), Is.True);
            Assert.That(_store.IsInMemory("T", 0, 6), Is.False);
            Assert.That(_store.Topics(), Is.EqualTo(["T"]));
            Assert.That(_store.QueueIds("T"), Is.EqualTo([0]));
        });
    }

    [Test]
    public async Task What_this_process_wrote_is_hot_and_what_it_found_is_not()
    {
        Assert.That(_store.IsHot("T", 0, 0), Is.True);
        Assert.That(_store.IsHot("T", 0, 6), Is.True, "nothing is read past the end");
        await _store.StopAsync();
        _store = MessageStore.Open(new() { StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024 }, time: _time);
        _store.Start();
        Assert.That(_store.IsHot("T", 0, 0), Is.False, "the queue is not even loaded");
        _store.Append("T", 0, "new");
        Assert.That(_store.IsHot("T", 0, 5), Is.False);
        Assert.That(_store.IsHot("T", 0, 6), Is.True);
        using var cold = _store.Get("T", 0, 0, 32);
        cold.Touch();
        Assert.That(cold.Count, Is.EqualTo(7));
    }

    [Test]
    public async Task A_deleted_topic_is_gone_and_stays_gone()
    {
        _store.Append("Other", 0, "m");
        _store.DeleteTopic("T");
        Assert.That(_store.MaxOffset("T", 0), Is.Zero);
        Assert.That(_store.Topics(), Is.EqualTo(["Other"]));
        Assert.That(_store.Append("T", 0, "anew").QueueOffset, Is.Zero);
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(["anew"]), "the name is free again");
        _store.DeleteTopic("T");
        await _store.StopAsync();
        _store = MessageStore.Open(new() { StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024 }, time: _time);
        Assert.That(_store.Topics(), Is.EqualTo(["Other"]));
        Assert.That(_store.DeleteTopicsExcept(new HashSet<string>()), Is.EqualTo(1));
        Assert.That(_store.Topics(), Is.Empty);
    }

    [Test]
    public void Figures_tell_how_the_store_is()
    {
        var figures = _store.Figures();
        Assert.Multiple(() =>
        {
            Assert.That(figures.CommitLogDiskRatio, Is.InRange(0.0, 1.0));
            Assert.That(figures.MaxPhysicalOffset, Is.EqualTo(_store.MaxPhysicalOffset));
            Assert.That(figures.DispatchBehindBytes, Is.Zero);
            Assert.That(figures.AppendTimes.Sum(), Is.EqualTo(6));
            Assert.That(AppendTimes.Classes, Has.Count.EqualTo(figures.AppendTimes.Count));
        });
    }
}
