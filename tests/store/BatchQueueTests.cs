using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

/// <summary>Batches that stand in the log as one record: Apache 5.x makes them for topics with queue.type=BatchCQ.</summary>
internal sealed class BatchQueueTests
{
    private const string BatchTopic = "GoldenBcq";
    private const int Messages = 6;

    [Test]
    public async Task An_apache_batch_queue_has_the_offsets_of_its_messages_and_yields_their_record_once()
    {
        using var directory = Golden.Unpack("store-pop-timer");
        await using (var store = MessageStore.Open(Golden.Options("store-pop-timer", directory)))
        {
            store.Start();
            AssertBatch(store);
            Assert.That(Append(store, "after").QueueOffset, Is.EqualTo(Messages));
        }
        await using var again = MessageStore.Open(Golden.Options("store-pop-timer", directory));
        AssertBatch(again);
        Assert.That(again.Bodies(BatchTopic, 0, Messages), Is.EqualTo(["after"]));
    }

    [Test]
    public async Task A_batch_of_one_record_survives_the_loss_of_its_queue([Values] bool isLost)
    {
        using var directory = new TestDirectory();
        var options = new StoreOptions { StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024, MappedFileSizeConsumeQueue = 2_000 };
        await using (var store = MessageStore.Open(options))
        {
            store.Start();
            Append(store, "before");
            Append(store, ThreeInOne, MessageSysFlag.InnerBatch, "INNER_NUM\u00013\u0002");
            Assert.That(Append(store, "after").QueueOffset, Is.EqualTo(4));
        }
        if (isLost)
        {
            Directory.Delete(directory.File("consumequeue"), recursive: true);
        }
        await using var again = MessageStore.Open(options);
        Assert.That(again.MaxOffset(BatchTopic, 0), Is.EqualTo(5));
        foreach (var offset in Enumerable.Range(1, 3))
        {
            using var inside = again.Get(BatchTopic, 0, offset, 1);
            Assert.That((inside.Count, inside.NextBeginOffset), Is.EqualTo((1, 4L)), "a reader gets past the batch in one step");
            Assert.That(MessageRecord.TryRead(inside[0], out var record), Is.EqualTo(RecordReadStatus.Ok));
            Assert.That(Encoding.UTF8.GetString(record.Body), Is.EqualTo(ThreeInOne));
        }
        using var all = again.Get(BatchTopic, 0, 0, 32);
        Assert.That((all.Count, all.NextBeginOffset), Is.EqualTo((3, 5L)));
    }

    [Test]
    public async Task A_deleted_batch_topic_does_not_come_back_from_apaches_queue()
    {
        using var directory = Golden.Unpack("store-pop-timer");
        await using (var store = MessageStore.Open(Golden.Options("store-pop-timer", directory)))
        {
            store.Start();
            store.DeleteTopic(BatchTopic);
            Assert.That(store.Topics(), Does.Not.Contain(BatchTopic));
        }
        await using var again = MessageStore.Open(Golden.Options("store-pop-timer", directory));
        Assert.That(again.MaxOffset(BatchTopic, 0), Is.Zero);
    }

    private static void AssertBatch(MessageStore store)
    {
        var max = store.MaxOffset(BatchTopic, 0);
        Assert.That((store.MinOffset(BatchTopic, 0), max), Is.EqualTo((0L, max)).And.EqualTo((0L, Math.Max(max, Messages))));
        using var result = store.Get(BatchTopic, 0, 0, 1);
        Assert.That((result.Status, result.Count, result.NextBeginOffset), Is.EqualTo((GetStatus.FOUND, 1, (long)Messages)));
        Assert.That(MessageRecord.TryRead(result[0], out var record), Is.EqualTo(RecordReadStatus.Ok));
        Assert.That(Encoding.UTF8.GetString(record.Property(PropertyNames.Utf8.InnerBatchSize)), Is.EqualTo($"{Messages}"));
    }

    [Test]
    public async Task A_message_that_claims_to_be_more_messages_than_it_holds_is_refused_and_takes_no_offset(
        [Values("32767", "4", "2", "0", "-1", "40000", "x")] string claimed)
    {
        using var directory = new TestDirectory();
        await using var store = MessageStore.Open(new StoreOptions { StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024 });
        store.Start();

        Assert.That(Append(store, ThreeInOne, MessageSysFlag.InnerBatch, $"INNER_NUM\u0001{claimed}\u0002").Status, Is.EqualTo(AppendStatus.BatchMalformed));
        Assert.That(Append(store, "no batch at all", MessageSysFlag.InnerBatch, "INNER_NUM\u00013\u0002").Status, Is.EqualTo(AppendStatus.BatchMalformed));
        Assert.That(Append(store, "next").QueueOffset, Is.Zero);
    }

    private static string ThreeInOne
    {
        get
        {
            var writer = new System.Buffers.ArrayBufferWriter<byte>();
            foreach (var body in new[] { "one", "two", "three" })
            {
                BatchBody.Write(writer, flag: 0, Encoding.UTF8.GetBytes(body), default);
            }
            return Encoding.UTF8.GetString(writer.WrittenSpan);
        }
    }

    private static AppendResult Append(MessageStore store, string body, int sysFlag = 0, string properties = "") =>
        store.Append(BatchTopic, 0, body, properties, sysFlag);
}
