using System.Net;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>Writes into a store what another broker is to have written: the log of a slave as it comes from its master.</summary>
internal static class ShippedLog
{
    private static readonly MessageHost Host = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 1));

    public static void Append(
        MessageStore store, string topic, int queueId, ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, string>>? properties = null)
    {
        var appended = store.Append(new MessageDraft
        {
            Topic = topic, QueueId = queueId, Body = body, Properties = PropertyText.ToUtf8(properties ?? []), BornHost = Host, StoreHost = Host, BornTimestamp = 1,
        });
        Assert.That(appended.Status, Is.EqualTo(AppendStatus.Ok));
    }

    /// <summary>Brings a slave's log to where its master's ends: each record of the master's behind the slave's end, one after the other.</summary>
    public static void Ship(MessageStore master, MessageStore slave)
    {
        slave.AllowAppendsAsync().GetAwaiter().GetResult();
        for (var position = slave.MaxPhysicalOffset; ;)
        {
            using var lease = master.ReadNext(ref position);
            if (!lease.IsValid)
            {
                break;
            }

            Assert.That(MessageRecord.TryRead(lease.Bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
            var appended = slave.Append(new MessageDraft
            {
                Topic = record.TopicString, QueueId = record.QueueId, Body = record.Body, Properties = record.Properties, SysFlag = record.SysFlag, Flag = record.Flag,
                BornHost = Host, StoreHost = Host, BornTimestamp = record.BornTimestamp, PreparedTransactionOffset = record.PreparedTransactionOffset,
                ReconsumeTimes = record.ReconsumeTimes,
            });
            Assert.That(appended.Status, Is.EqualTo(AppendStatus.Ok));
            Assert.That(appended.QueueOffset, Is.EqualTo(record.QueueOffset), "the master's place in the queue");
            position += lease.Bytes.Length;
        }

        slave.ForbidAppends();
        Assert.That(slave.MaxPhysicalOffset, Is.EqualTo(master.MaxPhysicalOffset), "the master's log, byte for byte as long");
    }
}
