using System.Net;
using RocketMQ.Broker.Queries;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Queries;

/// <summary>A record that was stored and acknowledged is found by its place, however far the queues are behind, and nothing else is.</summary>
public class StoredRecordsTests
{
    private const int Count = 12_000;

    private static readonly MessageHost Host = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 10911));

    [Test]
    public async Task A_record_is_found_that_the_queues_do_not_list_yet_and_bytes_inside_one_are_none()
    {
        using var folder = new TestFolder();
        await using var store = MessageStore.Open(new StoreOptions { StorePathRootDir = folder.Path, MappedFileSizeCommitLog = 1024 * 1024, MaxHashSlotNum = 100, MaxIndexNum = 1_000 });
        var records = new StoredRecords(store);
        using var gate = new ManualResetEventSlim();
        store.AddDispatcher(new HeldUp(gate));
        store.Start();
        var dispatching = Task.Run(() => Append(store, 0));
        SpinWait.SpinUntil(() => store.MaxPhysicalOffset > 0, TimeSpan.FromSeconds(10));
        var offsets = Enumerable.Range(1, Count).Select(i => Append(store, i)).ToList();

        foreach (var offset in (long[])[offsets[0], offsets[5_000], offsets[^1]])
        {
            using var found = records.Find(offset);
            using var inside = records.Find(offset + 4);
            Assert.That((found.IsValid, inside.IsValid), Is.EqualTo((true, false)), $"at {offset}");
        }

        Assert.That((records.IsHot(offsets[0]), records.IsHot(offsets[^1])), Is.EqualTo((true, false)), "who looks through megabytes does it on a lane");
        gate.Set();
        await dispatching;
        SpinWait.SpinUntil(() => store.DispatchedOffset == store.MaxPhysicalOffset, TimeSpan.FromSeconds(10));
        using var listed = records.Find(offsets[^1]);
        Assert.That((listed.IsValid, records.IsHot(offsets[^1])), Is.EqualTo((true, true)));
    }

    private static long Append(MessageStore store, int number)
    {
        var draft = new MessageDraft { Topic = "orders", BornHost = Host, StoreHost = Host, Body = BitConverter.GetBytes(number), Properties = "n\u0001x"u8.ToArray() };
        var result = store.Append(draft);
        Assert.That(result.IsOk, $"{result.Status}");
        return result.PhysicalOffset;
    }

    private sealed class HeldUp(ManualResetEventSlim gate) : ILogDispatcher
    {
        public void OnRecord(in DispatchedRecord record) => gate.Wait();
    }
}
