using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

/// <summary>What a batch may take of the log, which is a multiple of what was sent.</summary>
internal sealed class BatchLimitTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    [TestCase(14_000, 32_000, TestName = "A batch of little messages with large properties of its own is refused before anything is written")]
    [TestCase(100_000, 32_000, TestName = "So is one whose size does not fit 32 bits")]
    public async Task Refused(int messages, int properties)
    {
        await using var store = Open();
        store.Start();
        var result = Append(store, messages, properties);

        Assert.That(result.Status, Is.EqualTo(AppendStatus.BatchTooLarge));
        Assert.That(store.MaxPhysicalOffset, Is.Zero);
        Assert.That(store.Append("T", 0, "next").QueueOffset, Is.Zero, "no offset is gone");
    }

    [Test]
    public async Task A_batch_within_the_limit_is_taken_whole_and_the_next_offset_follows()
    {
        await using var store = Open();
        store.Start();
        Assert.That(Append(store, messages: 400, properties: 1_000).IsOk, Is.True);
        Assert.That(store.Append("T", 0, "next").QueueOffset, Is.EqualTo(400));
        Assert.That(store.MaxOffset("T", 0), Is.EqualTo(401));
    }

    [Test]
    public async Task The_limit_is_a_key_and_never_less_than_one_record_may_take()
    {
        await using var store = Open(maxBatchSize: 1);
        store.Start();
        Assert.That(Append(store, messages: 400, properties: 1_000).IsOk, Is.True, "maxMessageSize and 64 KiB are more than this");
        Assert.That(Append(store, messages: 400, properties: 20_000).Status, Is.EqualTo(AppendStatus.BatchTooLarge));
    }

    private static AppendResult Append(MessageStore store, int messages, int properties)
    {
        var body = new ArrayBufferWriter<byte>();
        for (var i = 0; i < messages; i++)
        {
            BatchBody.Write(body, flag: 0, "b"u8, default);
        }
        return store.AppendBatch(
            new MessageDraft
            {
                Topic = "T", Body = body.WrittenSpan, Properties = Encoding.UTF8.GetBytes("A\u0001" + new string('p', properties) + "\u0002"), BornHost = default, StoreHost = default,
            },
            out _);
    }

    private MessageStore Open(int maxBatchSize = 16 * 1024 * 1024) => MessageStore.Open(new StoreOptions
    {
        StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024 * 1024, MaxBatchSize = maxBatchSize, MaxHashSlotNum = 100, MaxIndexNum = 1_000,
    });
}
