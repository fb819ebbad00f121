using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Store.Tests;

internal sealed class ConcurrencyTests
{
    private TestDirectory _directory = null!;

    [SetUp]
    public void Prepare() => _directory = new TestDirectory();

    [TearDown]
    public void Clean() => _directory.Dispose();

    [Test]
    public async Task Readers_beside_writers_see_every_message_once_and_whole()
    {
        const int PerWriter = 20_000;
        await using var store = Open();
        var writers = Enumerable.Range(0, 3).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < PerWriter; i++)
            {
                Assert.That(store.Append("T", w % 2, $"{w}:{i}").IsOk, Is.True);
            }
        })).ToList();
        var readers = Enumerable.Range(0, 2).Select(q => Task.Run(() => ReadAll(store, q, q == 0 ? 2 * PerWriter : PerWriter))).ToList();
        await Task.WhenAll(writers);
        await Task.WhenAll(readers);
        foreach (var writer in Enumerable.Range(0, 3))
        {
            var own = readers[writer % 2].Result.Where(b => b.StartsWith($"{writer}:", StringComparison.Ordinal));
            Assert.That(own, Is.EqualTo(Enumerable.Range(0, PerWriter).Select(i => $"{writer}:{i}")));
        }
    }

    [Test]
    public async Task In_steady_state_an_append_and_its_dispatch_allocate_nothing()
    {
        await using var store = Open();
        var body = new byte[128];
        var properties = Encoding.UTF8.GetBytes("KEYS\u0001k\u0002TAGS\u0001TagA\u0002UNIQ_KEY\u0001C000020203655FFD2B2768A913D90000\u0002");
        void Append(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var result = store.Append(new MessageDraft
                {
                    Topic = "T", QueueId = i & 3, BornHost = Messages.Client, StoreHost = Messages.Broker, Body = body, Properties = properties,
                });
                if (!result.IsOk)
                {
                    throw new InvalidOperationException(result.Status.ToString());
                }
            }
        }
        Append(2_000);
        Assert.That(Allocations.Least(() => Append(200)), Is.Zero);
    }

    [Test]
    public async Task In_steady_state_a_read_allocates_nothing()
    {
        await using var store = Open();
        for (var i = 0; i < 100; i++)
        {
            store.Append("T", 0, "m");
        }
        var writer = new System.Buffers.ArrayBufferWriter<byte>(64 * 1024);
        void Read()
        {
            writer.ResetWrittenCount();
            using var result = store.Get("T", 0, 20, 32);
            result.WriteTo(writer);
        }
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Read();
            }
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(writer.WrittenCount, Is.GreaterThan(32 * 91));
    }

    [Test]
    public async Task Thousands_of_queues_need_few_open_files_and_come_back_after_a_restart()
    {
        const int Topics = 300;
        await using (var store = Open())
        {
            for (var i = 0; i < Topics * 8 * 2; i++)
            {
                Assert.That(store.Append($"Topic{i % Topics}", i / Topics % 8, $"m{i}").IsOk, Is.True);
            }
        }
        Assert.That(Directory.GetFiles(_directory.File("consumequeue"), "*", SearchOption.AllDirectories), Has.Length.EqualTo(Topics * 8));
        await using var again = Open();
        for (var i = 0; i < Topics * 8; i++)
        {
            Assert.That(again.MaxOffset($"Topic{i % Topics}", i / Topics % 8), Is.EqualTo(2));
        }
    }

    private static List<string> ReadAll(MessageStore store, int queueId, int count)
    {
        var bodies = new List<string>(count);
        var offset = 0L;
        while (bodies.Count < count)
        {
            using var result = store.Get("T", queueId, offset, 32);
            for (var i = 0; i < result.Count; i++)
            {
                Assert.That(MessageRecord.TryRead(result[i], out var record), Is.EqualTo(RecordReadStatus.Ok));
                Assert.That(record.QueueOffset, Is.EqualTo(offset + i));
                Assert.That(record.IsBodyIntact, Is.True);
                bodies.Add(Encoding.UTF8.GetString(record.Body));
            }
            offset = result.NextBeginOffset;
        }
        return bodies;
    }

    private MessageStore Open()
    {
        var store = MessageStore.Open(new()
        {
            StorePathRootDir = _directory, MappedFileSizeCommitLog = 1024 * 1024, MappedFileSizeConsumeQueue = 20_000, MessageIndexEnable = false,
        });
        store.Start();
        return store;
    }
}
