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

    [Test]
    public async Task A_record_of_the_log_that_claims_to_be_more_messages_than_it_holds_is_one()
    {
        using var directory = new TestDirectory();
        var options = new StoreOptions { StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024, MappedFileSizeConsumeQueue = 2_000 };
        await using (var store = MessageStore.Open(options))
        {
            store.Start();
            Append(store, "before");
            var claiming = Append(store, ThreeInOne, properties: "INNER_NUM\u000132767\u0002");
            Append(store, "after");
            await store.StopAsync();

            // As a broker may have left it that did not check.
            using var log = File.OpenWrite(directory.File("commitlog", new string('0', 20)));
            log.Position = claiming.PhysicalOffset + MessageLayout.SysFlag;
            log.Write([0, 0, 0, MessageSysFlag.InnerBatch]);
        }
        Directory.Delete(directory.File("consumequeue"), recursive: true);
        await using var again = MessageStore.Open(options);
        again.Start();

        Assert.That(again.Bodies(BatchTopic, 0), Is.EqualTo(["before", ThreeInOne, "after"]));
        Assert.That(Append(again, "next").QueueOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task A_unit_says_what_apaches_says_for_batches_and_single_messages()
    {
        using var directory = new TestDirectory();
        AppendResult single, batch;
        await using (var store = OpenBatches(directory))
        {
            store.Start();
            single = store.Append(BatchTopic, 0, "one", "TAGS\u0001a\u0002");
            batch = Batches.Append(store, BatchTopic, 0, 5);
            Assert.That(store.Append(BatchTopic, 0, "next").QueueOffset, Is.EqualTo(6));
        }
        var units = File.ReadAllBytes(directory.File("batchconsumequeue", BatchTopic, "0", "00000000000000000000"));
        Assert.That(units, Has.Length.EqualTo(460));
        Assert.That(Convert.ToHexString(units, 0, 46), Is.EqualTo(
            $"{single.PhysicalOffset:X16}{single.Size:X8}{(long)'a':X16}{single.StoreTimestamp:X16}{0:X16}0001FFFFFFFF00000000"));
        Assert.That(Convert.ToHexString(units, 46, 46), Is.EqualTo(
            $"{batch.PhysicalOffset:X16}{batch.Size:X8}{0:X16}{batch.StoreTimestamp:X16}{1:X16}0005FFFFFFFF00000000"));
        Assert.That(Directory.Exists(directory.File("consumequeue", BatchTopic)), Is.False);
    }

    [Test]
    public async Task A_batch_says_in_a_property_where_it_begins([Values("", "INNER_BASE\u000199\u0002", "no separator\u0001at the end")] string more)
    {
        using var directory = new TestDirectory();
        await using var store = OpenBatches(directory);
        store.Start();
        for (var i = 0; i < 12; i++)
        {
            var result = store.Append(BatchTopic, 0, Batches.Body(3), "INNER_NUM\u00013\u0002" + more, MessageSysFlag.InnerBatch);
            using var read = store.Read(result.PhysicalOffset);
            Assert.That(MessageRecord.TryRead(read.Bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
            Assert.That(record.Size, Is.EqualTo(result.Size));
            Assert.That(Encoding.UTF8.GetString(record.Property(PropertyNames.Utf8.InnerBatchBase)), Is.EqualTo($"{i * 3}"));
            Assert.That(Encoding.UTF8.GetString(record.Property(PropertyNames.Utf8.InnerBatchSize)), Is.EqualTo("3"));
        }
    }

    [Test]
    public async Task A_reader_is_given_whole_batches_that_count_as_their_messages()
    {
        using var directory = new TestDirectory();
        await using var store = OpenBatches(directory);
        store.Start();
        foreach (var count in new[] { 1, 2, 10, 1, 32 })
        {
            Batches.Append(store, BatchTopic, 0, count);
        }
        Assert.Multiple(() =>
        {
            // From where, at most, to where: as Apache's broker was seen to.
            foreach (var (offset, max, next) in new[]
            {
                (0, 2, 1), (0, 11, 3), (0, 12, 3), (0, 13, 13), (0, 32, 14), (0, 100, 46), (1, 3, 3), (1, 12, 13), (2, 1, 3), (2, 10, 3), (2, 40, 14), (4, 12, 14),
                (12, 1, 13), (30, 1, 46), (45, 100, 46),
            })
            {
                using var got = store.Get(BatchTopic, 0, offset, max);
                Assert.That((got.Status, got.NextBeginOffset), Is.EqualTo((GetStatus.FOUND, (long)next)), $"{max} from {offset}");
                Assert.That(got.Messages, Is.EqualTo(next - got.QueueOffsetAt(0)));
            }
        });
        foreach (var (offset, status) in new[] { (46, GetStatus.OFFSET_OVERFLOW_ONE), (47, GetStatus.OFFSET_OVERFLOW_BADLY), (-1, GetStatus.OFFSET_TOO_SMALL) })
        {
            using var none = store.Get(BatchTopic, 0, offset, 32);
            Assert.That(none.Status, Is.EqualTo(status));
        }
    }

    [Test]
    public async Task Only_a_queue_of_batches_that_is_empty_shows_a_minimum_below_zero()
    {
        using var directory = new TestDirectory();
        await using var store = OpenBatches(directory);
        store.Start();
        Assert.That((store.ShownMinOffset(BatchTopic, 0), store.ShownMinOffset(BatchTopic, 7), store.ShownMinOffset("Other", 0)), Is.EqualTo((-1L, -1L, 0L)));
        Assert.That((store.MinOffset(BatchTopic, 0), store.MaxOffset(BatchTopic, 0)), Is.EqualTo((0L, 0L)));
        using (var empty = store.Get(BatchTopic, 0, 0, 32))
        {
            Assert.That((empty.Status, empty.MinOffset, empty.MaxOffset), Is.EqualTo((GetStatus.NO_MESSAGE_IN_QUEUE, -1L, 0L)));
        }
        Batches.Append(store, BatchTopic, 0, 2);
        Assert.That(store.ShownMinOffset(BatchTopic, 0), Is.Zero);
    }

    [Test]
    public async Task Offsets_by_time_are_those_of_records()
    {
        using var directory = new TestDirectory();
        var time = new TestSupport.VirtualTimeProvider();
        await using var store = MessageStore.Open(Options(directory), time: time, loadTypes: AsBatches);
        store.Start();
        var stored = new List<long>();
        foreach (var count in new[] { 2, 3, 1 })
        {
            time.Advance(TimeSpan.FromSeconds(10));
            stored.Add(Batches.Append(store, BatchTopic, 0, count).StoreTimestamp);
        }
        Assert.Multiple(() =>
        {
            Assert.That(stored.Select(t => store.OffsetByTime(BatchTopic, 0, t)), Is.EqualTo(new[] { 0, 2, 5 }));
            Assert.That(stored.Select(t => store.OffsetByTime(BatchTopic, 0, t + 1)), Is.EqualTo(new[] { 2, 5, 5 }), "past everything the last record's");
            Assert.That(stored.Select(t => store.OffsetByTime(BatchTopic, 0, t + 1, BoundaryType.Upper)), Is.EqualTo(new[] { 0, 2, 5 }));
            Assert.That(stored.Select(t => store.OffsetByTime(BatchTopic, 0, t - 1, BoundaryType.Upper)), Is.EqualTo(new[] { 0, 0, 2 }));
            Assert.That(Enumerable.Range(0, 6).Select(offset => store.StoreTimestamp(BatchTopic, 0, offset)),
                Is.EqualTo(new[] { stored[0], stored[0], stored[1], stored[1], stored[1], stored[2] }));
            Assert.That(store.EarliestStoreTimestamp(BatchTopic, 0), Is.EqualTo(stored[0]));
        });
    }

    [Test]
    public async Task A_topic_that_is_made_again_with_another_type_begins_anew_in_its_form([Values] QueueType first)
    {
        using var directory = new TestDirectory();
        var type = first;
        await using (var store = MessageStore.Open(Options(directory), loadTypes: () => _ => type))
        {
            store.Start();
            store.Append(BatchTopic, 0, "old");
            store.DeleteTopic(BatchTopic);
            type = first == QueueType.BatchCQ ? QueueType.SimpleCQ : QueueType.BatchCQ;
            Assert.That(store.Append(BatchTopic, 0, "new").QueueOffset, Is.Zero);
            Assert.That(store.Queue(BatchTopic, 0)!.Type, Is.EqualTo(type));
            Assert.That(store.Bodies(BatchTopic, 0), Is.EqualTo(["new"]));
        }
        await using var again = MessageStore.Open(Options(directory), loadTypes: () => _ => type);
        Assert.That(again.Bodies(BatchTopic, 0), Is.EqualTo(["new"]));
    }

    private static MessageStore OpenBatches(TestDirectory directory) => MessageStore.Open(Options(directory), loadTypes: AsBatches);

    private static Func<string, QueueType?> AsBatches() => static topic => topic == BatchTopic ? QueueType.BatchCQ : null;

    private static StoreOptions Options(TestDirectory directory) => new()
    {
        StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024, MapperFileSizeBatchConsumeQueue = 460, MaxHashSlotNum = 100, MaxIndexNum = 1_000,
    };

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
