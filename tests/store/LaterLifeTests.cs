using System.Text;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store.Replication;

namespace RocketMQ.Store.Tests;

/// <summary>A log that comes from another broker tells of a topic that was deleted there only by what comes next in its queues.</summary>
public class LaterLifeTests
{
    [Test]
    public async Task A_topic_that_was_deleted_and_made_again_where_the_log_comes_from_has_its_new_life_alone()
    {
        using var there = new TestDirectory();
        using var here = new TestDirectory();
        await using (var master = Open(there))
        await using (var slave = Open(here))
        {
            master.Start();
            slave.ForbidAppends();
            slave.Start();
            for (var i = 0; i < 20; i++)
            {
                Append(master, "Orders", i % 2, $"old-{i}");
                Append(master, "Bills", 0, $"bill-{i}");
            }

            master.DeleteTopic("Orders");

            // A queue that the old life had not comes first: nothing there says that it is another life's.
            Append(master, "Orders", 3, "new-3-0");
            for (var i = 0; i < 3; i++)
            {
                Append(master, "Bills", 0, $"bill-{20 + i}");
                Append(master, "Orders", 1, $"new-1-{i}");
            }

            Append(master, "Orders", 0, "new-0-0");
            Append(master, "Orders", 3, "new-3-1");
            Copy(master, slave);
            Expect(slave);
        }

        // And again after a start that finds nothing of what was in memory.
        await using var again = Open(here);
        Expect(again);
    }

    [Test]
    public async Task Lives_that_follow_each_other_leave_the_last()
    {
        using var there = new TestDirectory();
        using var here = new TestDirectory();
        await using var master = Open(there);
        await using var slave = Open(here);
        master.Start();
        slave.ForbidAppends();
        slave.Start();
        for (var life = 0; life < 5; life++)
        {
            for (var i = 0; i < 5 - life; i++)
            {
                Append(master, "Orders", i % 2, $"{life}-{i}");
            }

            if (life < 4)
            {
                master.DeleteTopic("Orders");
            }
        }

        Copy(master, slave);
        Assert.That(() => slave.DispatchedOffset, Is.EqualTo(slave.MaxPhysicalOffset).After(5000, 5));
        Assert.That(Bodies(slave, "Orders", 0), Is.EqualTo(new[] { "4-0" }));
    }

    private static MessageStore Open(TestDirectory directory) => MessageStore.Open(new StoreOptions
    {
        StorePathRootDir = directory.Path, MappedFileSizeCommitLog = 64 * 1024, MaxHashSlotNum = 1000, MaxIndexNum = 4000,
    });

    private static void Expect(MessageStore slave)
    {
        Assert.That(() => slave.DispatchedOffset, Is.EqualTo(slave.MaxPhysicalOffset).After(5000, 5));
        Assert.Multiple(() =>
        {
            Assert.That(Bodies(slave, "Orders", 0), Is.EqualTo(new[] { "new-0-0" }));
            Assert.That(Bodies(slave, "Orders", 1), Is.EqualTo(new[] { "new-1-0", "new-1-1", "new-1-2" }));
            Assert.That(Bodies(slave, "Orders", 3), Is.EqualTo(new[] { "new-3-0", "new-3-1" }));
            Assert.That(Bodies(slave, "Bills", 0), Is.EqualTo(Enumerable.Range(0, 23).Select(i => $"bill-{i}")));
        });
    }

    private static string[] Bodies(MessageStore store, string topic, int queueId)
    {
        using var found = store.Get(topic, queueId, 0, 100, 1 << 20);
        return [.. Enumerable.Range(0, found.Count).Select(i =>
        {
            MessageRecord.TryRead(found[i], out var record);
            return Encoding.UTF8.GetString(record.Body);
        })];
    }

    private static void Append(MessageStore store, string topic, int queueId, string body) => Assert.That(
        store.Append(new MessageDraft { Topic = topic, QueueId = queueId, Body = Encoding.UTF8.GetBytes(body) }).Status, Is.EqualTo(AppendStatus.Ok));

    private static void Copy(MessageStore master, MessageStore slave)
    {
        while (slave.ReceivedOffset < master.MaxPhysicalOffset)
        {
            using var lease = master.LeaseLog(slave.ReceivedOffset, 700);
            Assert.That((slave.Receive(lease.PhysicalOffset, lease.Bytes, out var fault), fault), Is.EqualTo((ReceiveStatus.Ok, (string?)null)));
        }
    }
}
