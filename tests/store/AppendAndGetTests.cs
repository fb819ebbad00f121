using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

internal sealed class AppendAndGetTests
{
    private TestDirectory _directory = null!;
    private MessageStore _store = null!;

    [SetUp]
    public void Open()
    {
        _directory = new TestDirectory();
        _store = MessageStore.Open(Options());
        _store.Start();
    }

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public void What_is_appended_is_read_back_in_order()
    {
        for (var i = 0; i < 100; i++)
        {
            var result = _store.Append("T", i % 2, $"m{i}", "TAGS\u0001t\u0002");
            Assert.That((result.Status, result.QueueOffset), Is.EqualTo((AppendStatus.Ok, (long)i / 2)));
        }
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"m{2 * i}")));
        Assert.That(_store.Bodies("T", 1), Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"m{2 * i + 1}")));
    }

    [Test]
    public async Task After_a_restart_everything_is_there_and_offsets_go_on()
    {
        for (var i = 0; i < 5000; i++)
        {
            Assert.That(_store.Append("T", 0, $"m{i}").IsOk, Is.True);
        }
        await Reopen();
        Assert.That(_store.Append("T", 0, "m5000").QueueOffset, Is.EqualTo(5000));
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(Enumerable.Range(0, 5001).Select(i => $"m{i}")));
        Assert.That(File.Exists(_directory.File("abort")), Is.True);
        await _store.StopAsync();
        Assert.That(File.Exists(_directory.File("abort")), Is.False);
        Assert.That(LogWalk.Records(_directory), Has.Count.EqualTo(5001));
        Assert.That(LogWalk.Units(_directory, "T", 0), Has.Count.EqualTo(5001));
    }

    [Test]
    public void Rolling_through_hundreds_of_files_keeps_every_message()
    {
        var filler = new string('x', 1000);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.That(_store.Append("T", i % 100, $"{i} {filler}").IsOk, Is.True);
        }
        Assert.That(Directory.GetFiles(_directory.File("commitlog")), Has.Length.GreaterThan(300));
        Assert.That(
            Enumerable.Range(0, 100).SelectMany(queue => _store.Bodies("T", queue)).Select(body => int.Parse(body.Split(' ')[0])).Order(),
            Is.EqualTo(Enumerable.Range(0, 20_000)));
    }

    [Test]
    public async Task What_a_queue_holds_is_noted_by_the_round_that_brings_its_first_units_to_the_disk()
    {
        await Reopen(Options() with { FlushIntervalConsumeQueue = 5, FlushConsumeQueueThoroughInterval = 1 });
        Assert.That(_store.Append("T", 3, "m").IsOk, Is.True);
        var list = _directory.File("queues.list");
        Assert.That(() => File.Exists(list) ? File.ReadAllText(list) : "", Does.StartWith("3 1 T\n").After(5_000, 10));
    }

    [Test]
    public async Task A_topic_deleted_after_its_queues_were_written_stays_gone()
    {
        await Reopen(Options() with { FlushIntervalConsumeQueue = 5 });
        Assert.That(_store.Append("T", 0, "m").IsOk, Is.True);
        Assert.That(() => Directory.Exists(_directory.File("consumequeue/T/0")), Is.True.After(5_000, 10));
        _store.DeleteTopic("T");
        await Reopen();
        Assert.That(_store.Topics(), Is.Empty);
    }

    [Test]
    public async Task Of_very_many_queues_each_is_in_its_file_after_a_few_rounds_and_readable_at_any_time()
    {
        const int Queues = 1500;
        await Reopen(Options() with { FlushIntervalConsumeQueue = 5 });
        for (var round = 0; round < 3; round++)
        {
            for (var queue = 0; queue < Queues; queue++)
            {
                Assert.That(_store.Append("T", queue, $"{queue}-{round}").IsOk, Is.True);
                Assert.That(_store.Bodies("T", queue), Has.Count.EqualTo(round + 1));
            }
        }
        Assert.That(() => WrittenQueues(), Is.EqualTo(Queues).After(20_000, 20));

        int WrittenQueues() => Enumerable.Range(0, Queues).Count(queue =>
            Directory.Exists(_directory.File($"consumequeue/T/{queue}")) && LogWalk.Units(_directory, "T", queue).Count == 3);
    }

    [Test]
    public void A_body_in_several_segments_is_stored_whole()
    {
        var parts = Segment.Chain("hel"u8.ToArray(), "lo "u8.ToArray(), "world"u8.ToArray());
        var draft = new MessageDraft { Topic = "T", BornHost = Messages.Client, StoreHost = Messages.Broker };
        draft.SetBody(parts);
        Assert.That(_store.Append(draft).IsOk, Is.True);
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(["hello world"]));
        using var result = _store.Get("T", 0, 0, 1);
        MessageRecord.TryRead(result[0], out var record);
        Assert.That(record.IsBodyIntact, Is.True);
    }

    [Test]
    public void A_result_is_written_out_as_its_records_one_after_another()
    {
        _store.Append("T", 0, "a");
        _store.Append("T", 0, "b");
        _store.Append("Other", 0, "x");
        _store.Append("T", 0, "c");
        using var result = _store.Get("T", 0, 0, 32);
        var writer = new ArrayBufferWriter<byte>();
        result.WriteTo(writer);
        Assert.That(writer.WrittenCount, Is.EqualTo(result.TotalBytes));
        Assert.That(StoredMessage.ReadAll(writer.WrittenSpan).Select(m => Encoding.UTF8.GetString(m.Body)), Is.EqualTo(["a", "b", "c"]));
    }

    [Test]
    public void A_batch_takes_consecutive_offsets_and_each_message_gets_the_batchs_properties()
    {
        _store.Append("T", 0, "before");
        var body = new ArrayBufferWriter<byte>();
        BatchBody.Write(body, 1, "one"u8, "KEYS\u0001k1"u8);
        BatchBody.Write(body, 2, "two"u8, "KEYS\u0001k2\u0002"u8);
        BatchBody.Write(body, 3, "three"u8, ""u8);
        var draft = new MessageDraft
        {
            Topic = "T", BornHost = Messages.Client, StoreHost = Messages.Broker, Body = body.WrittenSpan, Properties = "CLUSTER\u0001c\u0002"u8,
        };
        var result = _store.AppendBatch(draft, out var offsets);
        Assert.That((result.Status, result.QueueOffset), Is.EqualTo((AppendStatus.Ok, 1L)));
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(["before", "one", "two", "three"]));
        Assert.That(offsets, Has.Length.EqualTo(3));
        string[] properties = ["KEYS\u0001k1\u0002CLUSTER\u0001c\u0002", "KEYS\u0001k2\u0002CLUSTER\u0001c\u0002", "CLUSTER\u0001c\u0002"];
        for (var i = 0; i < 3; i++)
        {
            using var lease = _store.Read(offsets[i]);
            MessageRecord.TryRead(lease.Bytes, out var record);
            Assert.That(Encoding.UTF8.GetString(record.Properties), Is.EqualTo(properties[i]));
            Assert.That((record.Flag, record.QueueOffset), Is.EqualTo((i + 1, i + 1L)));
        }
        draft.Body = draft.Body[..^1];
        Assert.That(_store.AppendBatch(draft, out _).Status, Is.EqualTo(AppendStatus.BatchMalformed));
    }

    [Test]
    public void A_file_ends_in_a_blank_and_the_log_goes_on_in_the_next()
    {
        var bodies = Enumerable.Range(0, 40).Select(i => new string((char)('a' + i % 26), 9_000)).ToList();
        foreach (var body in bodies)
        {
            Assert.That(_store.Append("T", 0, body).IsOk, Is.True);
        }
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(bodies));
        Assert.That(Directory.GetFiles(_directory.File("commitlog")), Has.Length.GreaterThanOrEqualTo(6));
        Assert.That(LogWalk.Records(_directory), Has.Count.EqualTo(40));
    }

    [TestCase(-1, GetStatus.OFFSET_TOO_SMALL, 0)]
    [TestCase(0, GetStatus.FOUND, 3)]
    [TestCase(2, GetStatus.FOUND, 3)]
    [TestCase(3, GetStatus.OFFSET_OVERFLOW_ONE, 3)]
    [TestCase(4, GetStatus.OFFSET_OVERFLOW_BADLY, 3)]
    public void A_reader_is_told_where_to_go_on(long offset, GetStatus status, long next)
    {
        for (var i = 0; i < 3; i++)
        {
            _store.Append("T", 0, "m");
        }
        using var result = _store.Get("T", 0, offset, 32);
        Assert.That((result.Status, result.NextBeginOffset, result.MinOffset, result.MaxOffset), Is.EqualTo((status, next, 0L, 3L)));
    }

    [Test]
    public void A_queue_never_written_to_is_empty()
    {
        using var result = _store.Get("T", 7, 5, 32);
        Assert.That((result.Status, result.NextBeginOffset), Is.EqualTo((GetStatus.NO_MESSAGE_IN_QUEUE, 0L)));
    }

    [Test]
    public void Halves_of_transactions_are_in_the_log_but_in_no_queue()
    {
        Assert.That(_store.Append("T", 0, "half", sysFlag: MessageSysFlag.TransactionPrepared).QueueOffset, Is.Zero);
        Assert.That(_store.Append("T", 0, "rolled back", sysFlag: MessageSysFlag.TransactionRollback).QueueOffset, Is.Zero);
        Assert.That(_store.Append("T", 0, "committed", sysFlag: MessageSysFlag.TransactionCommit).QueueOffset, Is.Zero);
        Assert.That(_store.Bodies("T", 0), Is.EqualTo(["committed"]));
    }

    [Test]
    public void A_filter_sees_the_tags_code_first_and_then_the_record()
    {
        for (var i = 0; i < 9; i++)
        {
            _store.Append("T", 0, $"m{i}", $"TAGS\u0001{"abc"[i % 3]}\u0002");
        }
        var filter = new TagThenBody(JavaHash.Of("b"), "m4");
        using var result = _store.Get("T", 0, 0, 32, filter: filter);
        Assert.That((result.Status, result.Count, result.NextBeginOffset, result.QueueOffsetAt(0)), Is.EqualTo((GetStatus.FOUND, 1, 9L, 4L)));
        Assert.That((filter.Codes, filter.Records), Is.EqualTo((9, 3)));
        using var none = _store.Get("T", 0, 0, 32, filter: new TagThenBody(JavaHash.Of("zz"), ""));
        Assert.That((none.Status, none.NextBeginOffset), Is.EqualTo((GetStatus.NO_MATCHED_MESSAGE, 9L)));
    }

    [Test]
    public void Arrivals_are_told_once_per_message_in_order()
    {
        var seen = new List<(string, int, long)>();
        _store.MessageArrived += (in record) => seen.Add((record.Topic, record.QueueId, record.QueueOffset));
        _store.Append("A", 1, "x");
        _store.Append("B", 0, "y", sysFlag: MessageSysFlag.TransactionPrepared);
        _store.Append("A", 1, "z");
        Assert.That(seen, Is.EqualTo([("A", 1, 0L), ("A", 1, 1L)]));
    }

    [Test]
    public void What_exceeds_a_limit_is_refused_and_leaves_no_trace()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_store.Append("T", 0, new byte[4 * 1024 * 1024 + 1]).Status, Is.EqualTo(AppendStatus.MessageTooLarge));
            Assert.That(_store.Append("T", 0, new byte[64 * 1024]).Status, Is.EqualTo(AppendStatus.MessageTooLarge), "larger than a file");
            Assert.That(_store.Append("T", 0, "b", "A\u0001" + new string('x', 32_766)).Status, Is.EqualTo(AppendStatus.PropertiesTooLarge));
            Assert.That(_store.Append(new string('t', 128), 0, "b").Status, Is.EqualTo(AppendStatus.TopicTooLong));
            Assert.That(_store.Append("%RETRY%" + new string('t', 249), 0, "b").Status, Is.EqualTo(AppendStatus.TopicTooLong));
            Assert.That(_store.Append("%RETRY%" + new string('t', 248), 0, "b").Status, Is.EqualTo(AppendStatus.Ok));
            Assert.That(_store.Append("../T", 0, "b").Status, Is.EqualTo(AppendStatus.TopicIllegal));
            Assert.That(_store.Append("T", -1, "b").Status, Is.EqualTo(AppendStatus.QueueIdIllegal));
        });
        Assert.That(_store.Append("T", 0, "fits").QueueOffset, Is.Zero);
    }

    [Test]
    public async Task A_directory_in_use_is_refused()
    {
        Assert.That(() => MessageStore.Open(Options()), Throws.InstanceOf<StoreLockedException>().With.Message.Contains(_directory.Path));
        await _store.StopAsync();
        Assert.That(_store.Append("T", 0, "late").Status, Is.EqualTo(AppendStatus.NotWritable));
    }

    private StoreOptions Options() => new()
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024, MappedFileSizeConsumeQueue = 20_000,
    };

    private async Task Reopen(StoreOptions? options = null)
    {
        await _store.StopAsync();
        _store = MessageStore.Open(options ?? Options());
        _store.Start();
    }

    private sealed class TagThenBody(long code, string body) : IMessageFilter
    {
        public int Codes { get; private set; }

        public int Records { get; private set; }

        public bool MatchesTagsCode(long? tagsCode)
        {
            Codes++;
            return tagsCode == code;
        }

        public bool MatchesRecord(in MessageRecord record)
        {
            Records++;
            return Encoding.UTF8.GetString(record.Body) == body;
        }
    }
}
