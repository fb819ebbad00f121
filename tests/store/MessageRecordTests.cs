using System.Net;
using System.Security.Cryptography;
using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

/// <summary>Reads and rewrites every record of Apache's commit logs.</summary>
internal sealed class MessageRecordTests
{
    private static readonly (string Store, string Expected)[] Stores =
    [
        ("store-clean", "expected"), ("store-crash", "expected-crash"), ("store-pop-timer", "expected53"), ("store-lmq", "expected53-lmq"),
    ];

    [TestCaseSource(nameof(Stores))]
    public void Every_golden_record_reads_as_expected((string Store, string Expected) golden)
    {
        using var directory = Golden.Unpack(golden.Store);
        var expected = (JArray)Golden.Expected(golden.Expected)["walk"]!["messages"]!;
        var records = LogWalk.Records(directory);
        Assert.That(records, Has.Count.EqualTo(expected.Count));
        for (var i = 0; i < records.Count; i++)
        {
            AssertMatches(records[i], expected[i]);
        }
    }

    [TestCaseSource(nameof(Stores))]
    public void Every_golden_record_is_rewritten_byte_for_byte((string Store, string Expected) golden)
    {
        using var directory = Golden.Unpack(golden.Store);
        foreach (var original in LogWalk.Records(directory))
        {
            Assert.That(MessageRecord.TryRead(original, out var record), Is.EqualTo(RecordReadStatus.Ok));
            var draft = new MessageDraft
            {
                Topic = record.TopicString,
                QueueId = record.QueueId,
                Flag = record.Flag,
                SysFlag = record.SysFlag,
                BornTimestamp = record.BornTimestamp,
                BornHost = record.BornHost,
                StoreHost = record.StoreHost,
                ReconsumeTimes = record.ReconsumeTimes,
                PreparedTransactionOffset = record.PreparedTransactionOffset,
                Body = record.Body,
                Properties = record.Properties,
            };
            var rewritten = new byte[MessageRecordWriter.Size(draft, record.Topic.Length)];
            MessageRecordWriter.Write(rewritten, draft, record.Topic, MessageCrc.OfBody(record.Body), record.QueueOffset, record.PhysicalOffset, record.StoreTimestamp);
            Assert.That(rewritten, Is.EqualTo(original));
        }
    }

    [Test]
    public void A_record_with_ipv6_hosts_and_a_long_topic_survives_the_round_trip()
    {
        var topic = "%RETRY%" + new string('t', 200);
        var utf8 = System.Text.Encoding.UTF8.GetBytes(topic);
        var draft = new MessageDraft
        {
            Topic = topic,
            QueueId = 3,
            BornHost = MessageHost.From(new IPEndPoint(IPAddress.Parse("2001:db8::17"), 40001)),
            StoreHost = MessageHost.From(new IPEndPoint(IPAddress.Parse("::1"), 10911)),
            Body = "hello"u8,
            Properties = "TAGS\u0001a"u8,
            MoreProperties = "CLUSTER\u0001c\u0002"u8,
        };
        var bytes = new byte[MessageRecordWriter.Size(draft, utf8.Length)];
        MessageRecordWriter.Write(bytes, draft, utf8, MessageCrc.OfBody(draft.Body), 7, 99, 1234);
        Assert.That(MessageRecord.TryRead(bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
        Assert.That(record.Magic, Is.EqualTo(MessageLayout.MagicV2));
        Assert.That(record.Size, Is.EqualTo(bytes.Length));
        Assert.That(record.SysFlag, Is.EqualTo(MessageSysFlag.BornHostV6 | MessageSysFlag.StoreHostV6));
        Assert.That(record.BornHost.ToString(), Is.EqualTo("[2001:db8::17]:40001"));
        Assert.That(record.StoreHost.ToEndPoint(), Is.EqualTo(new IPEndPoint(IPAddress.IPv6Loopback, 10911)));
        Assert.That(record.TopicString, Is.EqualTo(topic));
        Assert.That(record.PropertyString("TAGS"u8), Is.EqualTo("a"));
        Assert.That(record.PropertyString("CLUSTER"u8), Is.EqualTo("c"));
        Assert.That(record.BodyCrc, Is.EqualTo(907060870));
        Assert.That((record.QueueOffset, record.PhysicalOffset, record.StoreTimestamp), Is.EqualTo((7L, 99L, 1234L)));
        var id = OffsetMessageId.Format(record.StoreHost, record.PhysicalOffset);
        Assert.That(id, Has.Length.EqualTo(56));
        Assert.That(OffsetMessageId.TryParse(id, out var host, out var offset), Is.True);
        Assert.That((host, offset), Is.EqualTo((record.StoreHost, 99L)));
    }

    private static void AssertMatches(byte[] bytes, JToken expected)
    {
        Assert.That(MessageRecord.TryRead(bytes, out var record), Is.EqualTo(RecordReadStatus.Ok));
        Assert.That(record.IsBodyIntact, Is.True);
        var message = StoredMessage.From(record);
        Assert.Multiple(() =>
        {
            Assert.That(message.Topic, Is.EqualTo((string?)expected["topic"]));
            Assert.That(message.QueueId, Is.EqualTo((int)expected["queueId"]!));
            Assert.That(message.QueueOffset, Is.EqualTo((long)expected["queueOffset"]!));
            Assert.That(message.PhysicalOffset, Is.EqualTo((long)expected["physicalOffset"]!));
            Assert.That(message.StoreSize, Is.EqualTo((int)expected["totalSize"]!));
            Assert.That(message.Flag, Is.EqualTo((int)expected["flag"]!));
            Assert.That(message.SysFlag, Is.EqualTo((int)expected["sysFlag"]!));
            Assert.That(message.BodyCrc, Is.EqualTo((int)expected["bodyCRC"]!));
            Assert.That(message.BornTimestamp, Is.EqualTo((long)expected["bornTimestamp"]!));
            Assert.That(message.StoreTimestamp, Is.EqualTo((long)expected["storeTimestamp"]!));
            Assert.That(message.BornHost.ToString(), Is.EqualTo((string?)expected["bornHost"]));
            Assert.That(message.StoreHost.ToString(), Is.EqualTo((string?)expected["storeHost"]));
            Assert.That(message.ReconsumeTimes, Is.EqualTo((int)expected["reconsumeTimes"]!));
            Assert.That(message.PreparedTransactionOffset, Is.EqualTo((long)expected["preparedTransactionOffset"]!));
            Assert.That(message.OffsetMessageId, Is.EqualTo((string?)expected["offsetMsgId"]));
            Assert.That(message.UniqueKey, Is.EqualTo((string?)expected["uniqKey"]));
            Assert.That(message.Tags, Is.EqualTo((string?)expected["tags"]));
            Assert.That(message.Keys, Is.EqualTo((string?)expected["keys"]));
            Assert.That(message.Properties, Is.EquivalentTo(expected["properties"]!.ToObject<Dictionary<string, string>>()!));
        });
        var sha1 = message.BodyCompression == BodyCompression.None && expected["uncompressedBodySha1"] is { } unpacked ? unpacked : expected["bodySha1"]!;
        Assert.That(Convert.ToHexStringLower(SHA1.HashData(message.Body)), Is.EqualTo((string?)sha1));
    }
}
