using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

internal sealed class LightQueueTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task A_light_queue_that_lost_its_files_is_built_again_from_the_log([Values("%LMQ%a", "")] string lost)
    {
        await using (var store = Open())
        {
            for (var i = 0; i < 10; i++)
            {
                Append(store, $"m{i}", i % 2 == 0 ? "%LMQ%a" : "%LMQ%a,%LMQ%b");
            }
        }
        Directory.Delete(_directory.File("consumequeue", lost), recursive: true);
        await using var again = Open();
        Assert.That(Bodies(again, "%LMQ%a"), Is.EqualTo(Enumerable.Range(0, 10).Select(i => $"m{i}")));
        Assert.That(Bodies(again, "%LMQ%b"), Is.EqualTo(Enumerable.Range(0, 5).Select(i => $"m{2 * i + 1}")));
        Assert.That(Append(again, "m10", "%LMQ%b").IsOk, Is.True);
        Assert.That(Bodies(again, "%LMQ%b", 5), Is.EqualTo(["m10"]));
    }

    [Test]
    public async Task More_light_queues_than_the_limit_are_refused_and_those_there_are_go_on()
    {
        await using (var store = Open(max: 2))
        {
            Assert.That(Append(store, "m0", "%LMQ%a,%LMQ%b").IsOk, Is.True);
            Assert.That(Append(store, "m1", "%LMQ%a,%LMQ%c").Status, Is.EqualTo(AppendStatus.TooManyLightQueues));
            Assert.That(Append(store, "m2", "%LMQ%b").IsOk, Is.True);
        }
        await using var again = Open(max: 2);
        Assert.That(Append(again, "m3", "%LMQ%c").Status, Is.EqualTo(AppendStatus.TooManyLightQueues), "those on the disk count, too");
        again.DeleteTopic("%LMQ%a");
        Assert.That(Append(again, "m4", "%LMQ%c").IsOk, Is.True);
        Assert.That(again.Bodies("T", 0), Is.EqualTo(["m0", "m2", "m4"]));
    }

    [Test]
    public async Task A_message_that_is_refused_takes_no_offset_of_the_light_queues_it_names()
    {
        await using var store = Open();
        Assert.That(Append(store, new string('x', 70_000), "%LMQ%a,%LMQ%b").Status, Is.EqualTo(AppendStatus.MessageTooLarge));
        Assert.That(Append(store, "m0", "%LMQ%a").IsOk, Is.True);

        Assert.That((store.MinOffset("%LMQ%a", 0), store.MaxOffset("%LMQ%a", 0)), Is.EqualTo((0L, 1L)));
        Assert.That(Bodies(store, "%LMQ%a"), Is.EqualTo(["m0"]));
    }

    private static List<string> Bodies(MessageStore store, string topic, long offset = 0)
    {
        using var result = store.Get(topic, 0, offset, 32);
        return [.. Enumerable.Range(0, result.Count).Select(i =>
        {
            Assert.That(MessageRecord.TryRead(result[i], out var record), Is.EqualTo(RecordReadStatus.Ok));
            return Encoding.UTF8.GetString(record.Body);
        })];
    }

    private static AppendResult Append(MessageStore store, string body, string queues) =>
        store.Append("T", 0, body, $"INNER_MULTI_DISPATCH\u0001{queues}\u0002");

    private MessageStore Open(int max = 20_000)
    {
        var store = MessageStore.Open(
            new()
            {
                StorePathRootDir = _directory, MappedFileSizeCommitLog = 64 * 1024, MappedFileSizeConsumeQueue = 2_000, EnableLmq = true,
                EnableMultiDispatch = true, MaxLmqConsumeQueueNum = max,
            });
        store.Start();
        return store;
    }
}
