using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Replication;

namespace RocketMQ.Store.Tests;

/// <summary>Bytes of another broker's log, and who may give them.</summary>
public class ReceivedLogTests
{
    private const int FileSize = 64 * 1024;

    [Test]
    public async Task A_store_that_takes_appends_takes_nothing_of_another_log()
    {
        using var directory = new TestDirectory();
        await using var store = Open(directory);
        store.Start();
        store.Append(new MessageDraft { Topic = "Orders", QueueId = 0, Body = Encoding.UTF8.GetBytes("a") });
        var end = store.MaxPhysicalOffset;

        Assert.That(store.Receive(end, new byte[100], out var fault), Is.EqualTo(ReceiveStatus.NotWritable));
        Assert.That(fault, Is.EqualTo("this broker writes its log itself"));
        Assert.That((store.ReceivedOffset, store.MaxPhysicalOffset), Is.EqualTo((end, end)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_empty_store_does_not_begin_where_somebody_sent_what_is_no_log(bool isNoise)
    {
        using var there = new TestDirectory();
        using var here = new TestDirectory();
        await using var master = Open(there);
        await using var slave = Open(here);
        master.Start();
        slave.ForbidAppends();
        slave.Start();
        master.Append(new MessageDraft { Topic = "Orders", QueueId = 0, Body = Encoding.UTF8.GetBytes("a") });

        // Noise, or the beginning of a record that never gets whole.
        var bytes = isNoise ? Enumerable.Repeat((byte)7, 200).ToArray() : [0, 0];
        Assert.That(slave.Receive(5L * FileSize, bytes, out _), Is.EqualTo(isNoise ? ReceiveStatus.NotALog : ReceiveStatus.Ok));
        slave.DropUnfinished();
        Assert.That(slave.ReceivedOffset, Is.Zero);

        using (var lease = master.LeaseLog(0, FileSize))
        {
            Assert.That((slave.Receive(0, lease.Bytes, out var fault), fault), Is.EqualTo((ReceiveStatus.Ok, (string?)null)));
        }

        Assert.That((slave.MinPhysicalOffset, slave.MaxPhysicalOffset), Is.EqualTo((0L, master.MaxPhysicalOffset)));
        Assert.That(() => slave.DispatchedOffset, Is.EqualTo(master.MaxPhysicalOffset).After(5000, 5));
    }

    private static MessageStore Open(TestDirectory directory) => MessageStore.Open(new StoreOptions
    {
        StorePathRootDir = directory.Path, MappedFileSizeCommitLog = FileSize, MaxHashSlotNum = 1000, MaxIndexNum = 4000,
    });
}
