using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Files;
using RocketMQ.Store.Queues;

namespace RocketMQ.Store.Tests;

/// <summary>An offset of a queue is given out with the last byte of the record that has it, and to no other.</summary>
internal sealed class GivenOffsetTests
{
    private TestDirectory _directory = null!;
    private StoreEngine _engine = null!;

    [SetUp]
    public void Prepare()
    {
        _directory = new TestDirectory();
        var options = new StoreOptions { StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024, MaxHashSlotNum = 100, MaxIndexNum = 1_000 };
        _engine = new StoreEngine(options, StoreTopics.Apache, PhysicalFileSystem.Instance, TimeProvider.System, NullLogger.Instance, static _ => null);
        _engine.Recover(isClean: true);
        _engine.Start();
    }

    [TearDown]
    public async Task Clean()
    {
        await _engine.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public void A_batch_that_breaks_off_while_it_is_written_takes_no_offset_and_stays_unseen()
    {
        var queue = Queue();
        Assert.That(Append(queue), Is.Zero);
        var end = _engine.Log.WriteOffset;

        Assert.That(() => AppendBatch(queue, messages: 5, written: 3), Throws.TypeOf<IndexOutOfRangeException>());

        Assert.That(_engine.Log.WriteOffset, Is.EqualTo(end));
        Assert.That(Append(queue), Is.EqualTo(1));
        Assert.That(AppendBatch(queue, messages: 5, written: 5), Is.EqualTo(2));
        Assert.That(Append(queue), Is.EqualTo(7));
    }

    [Test]
    public void A_queue_that_was_skipped_forward_is_so_for_appends_too()
    {
        var queue = Queue();
        queue.Put(new QueueEntry(new QueueUnit(0, 1, 0), 10, 1, 0));

        Assert.That(queue.MaxOffset, Is.EqualTo(11));
        Assert.That(Append(queue), Is.EqualTo(11));
        Assert.That(Append(queue), Is.EqualTo(12));
    }

    private ConsumeQueue Queue() => _engine.Queues.TryGet(_engine.Queues.Find("T")!, 0)!;

    private long Append(ConsumeQueue queue)
    {
        Assert.That(_engine.Log.TryAppend(Draft("m"u8), queue, out var result), Is.True);
        Assert.That(result.Status, Is.EqualTo(AppendStatus.Ok));
        return result.QueueOffset;
    }

    /// <param name="queue">Where to.</param>
    /// <param name="messages">In the batch.</param>
    /// <param name="written">Messages whose places there is room to tell: writing the next one fails.</param>
    private long AppendBatch(ConsumeQueue queue, int messages, int written)
    {
        var body = new ArrayBufferWriter<byte>();
        for (var i = 0; i < messages; i++)
        {
            BatchBody.Write(body, flag: 0, "b"u8, default);
        }
        Assert.That(_engine.Log.TryAppendBatch(Draft(body.WrittenSpan), body.WrittenSpan, queue, new int[messages], new long[written], out var result), Is.True);
        return result.QueueOffset;
    }

    private static MessageDraft Draft(ReadOnlySpan<byte> body) => new() { Topic = "T", Body = body, BornHost = Messages.Client, StoreHost = Messages.Broker };
}
