using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

/// <summary>Opens stores that Apache wrote and reads all of them through the queues.</summary>
internal sealed class GoldenStoreTests
{
    [TestCase("store-clean", "expected")]
    [TestCase("store-crash", "expected-crash")]
    [TestCase("store-pop-timer", "expected53")]
    [TestCase("store-lmq", "expected53-lmq")]
    public async Task An_apache_store_opens_and_yields_every_message(string name, string expectedName)
    {
        using var directory = Golden.Unpack(name);
        var walk = Golden.Expected(expectedName)["walk"]!;
        await using var store = MessageStore.Open(Golden.Options(name, directory));
        Assert.That(store.MaxPhysicalOffset, Is.EqualTo((long)walk["maxPhyOffset"]!));
        foreach (var message in walk["messages"]!)
        {
            AssertReadable(store, message);
        }
        foreach (var (topic, queues) in (JObject)walk["consumeQueues(offset,size,tagsCode)"]!)
        {
            foreach (var (queueId, units) in (JObject)queues!)
            {
                AssertUnits(store.Queue(topic, int.Parse(queueId))!, (JArray)units!);
            }
        }
    }

    [TestCase("store-clean", "expected")]
    [TestCase("store-crash", "expected-crash")]
    public async Task With_the_queues_deleted_they_are_built_anew_from_the_log(string name, string expectedName)
    {
        using var directory = Golden.Unpack(name);
        Directory.Delete(directory.File("consumequeue"), recursive: true);
        var walk = Golden.Expected(expectedName)["walk"]!;
        await using (var store = MessageStore.Open(Golden.Options(name, directory)))
        {
            foreach (var (topic, queues) in (JObject)walk["consumeQueues(offset,size,tagsCode)"]!)
            {
                foreach (var (queueId, units) in (JObject)queues!)
                {
                    AssertUnits(store.Queue(topic, int.Parse(queueId))!, (JArray)units!);
                }
            }
        }
        foreach (var (topic, queues) in (JObject)walk["consumeQueues(offset,size,tagsCode)"]!)
        {
            foreach (var (queueId, units) in (JObject)queues!)
            {
                Assert.That(
                    LogWalk.Units(directory, topic, int.Parse(queueId)),
                    Is.EqualTo(units!.Select(u => ((long)u[0]!, (int)u[1]!, (long)u[2]!))), $"{topic}/{queueId}");
            }
        }
    }

    private static void AssertReadable(MessageStore store, JToken message)
    {
        using var lease = store.Read((long)message["physicalOffset"]!);
        Assert.That(lease.IsValid, Is.True);
        Assert.That(lease.Bytes.Length, Is.EqualTo((int)message["totalSize"]!));
        Assert.That(MessageRecord.TryRead(lease.Bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
        Assert.That(record.StoreTimestamp, Is.EqualTo((long)message["storeTimestamp"]!));
    }

    private static void AssertUnits(ConsumeQueue queue, JArray expected)
    {
        Assert.That(queue.MinOffset, Is.Zero, queue.TopicName);
        Assert.That(queue.MaxOffset, Is.EqualTo(expected.Count), $"{queue.TopicName}/{queue.QueueId}");
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.That(queue.TryRead(i, out var unit), Is.True);
            Assert.That(unit, Is.EqualTo(new QueueUnit((long)expected[i][0]!, (int)expected[i][1]!, (long)expected[i][2]!)));
        }
    }
}
