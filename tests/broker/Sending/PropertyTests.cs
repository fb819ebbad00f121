using System.Buffers;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Sending;

/// <summary>What a broker takes out of, puts into and refuses of the properties that a client sends.</summary>
public class PropertyTests
{
    private static readonly KeyValuePair<string, string>[] OfAnotherJourney =
    [
        new("POP_CK", "3 1700000000000 60000 1 0 broker-x 0 3"), new("CLUSTER", "elsewhere"), new("MSG_REGION", "moon"), new("TRACE_ON", "false"), new("TAGS", "a"),
    ];

    [Test]
    public async Task A_message_that_is_sent_on_brings_neither_the_receipt_nor_the_place_of_its_last_journey([Values] bool isHalf, [Values] bool isOldForm)
    {
        await using var broker = await TestBroker.StartAsync();
        var properties = isHalf ? OfAnotherJourney.Append(new("TRAN_MSG", "true")).Append(new("PGROUP", "producers")) : OfAnotherJourney;

        var header = TestBroker.SendHeader("Orders", 0, properties);
        await (isOldForm
            ? broker.CallAsync(RequestCode.SendMessage, new Protocol.Headers.SendMessageRequestHeader
            {
                ProducerGroup = header.ProducerGroup, Topic = header.Topic, DefaultTopic = header.DefaultTopic, DefaultTopicQueueNums = 4,
                BornTimestamp = header.BornTimestamp, Properties = header.Properties,
            }, [1])
            : broker.CallAsync(RequestCode.SendMessageV2, header, [1]));

        var stored = TestBroker.Messages(await broker.PullAsync(isHalf ? "RMQ_SYS_TRANS_HALF_TOPIC" : "Orders", 0, 0)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(stored.Properties.ContainsKey("POP_CK"), Is.False);
            Assert.That(stored.Properties["CLUSTER"], Is.EqualTo("DefaultCluster"));
            Assert.That(stored.Properties["MSG_REGION"], Is.EqualTo("DefaultRegion"));
            Assert.That(stored.Properties["TRACE_ON"], Is.EqualTo("true"));
            Assert.That(stored.Properties["TAGS"], Is.EqualTo("a"), "the others stay");
        });
    }

    [Test]
    public async Task Each_of_them_stands_once_in_the_text_whatever_was_sent([Values("CLUSTER", "MSG_REGION", "TRACE_ON")] string name)
    {
        await using var broker = await TestBroker.StartAsync();

        await broker.SendAsync("Orders", [1], properties: [new(name, "x"), new("K", name), new(name, "y")]);

        var record = (await broker.PullAsync("Orders", 0, 0)).Body.ToArray();
        Assert.That(MessageRecord.TryRead(record, out var stored), Is.EqualTo(RecordReadStatus.Ok));
        var count = 0;
        foreach (var entry in PropertyText.Enumerate(stored.Properties))
        {
            count += System.Text.Encoding.UTF8.GetString(entry.Name) == name ? 1 : 0;
        }

        Assert.That(count, Is.EqualTo(1));
    }

    [TestCase("abc")]
    [TestCase("1x")]
    [TestCase("3.5")]
    [TestCase(" 3")]
    [TestCase("99999999999")]
    public async Task A_delay_that_is_no_number_is_refused_by_every_kind_of_send(string delay)
    {
        await using var broker = await TestBroker.StartAsync();
        KeyValuePair<string, string>[] delayed = [new("DELAY", delay)];

        var plain = await broker.SendAsync("Orders", [1], properties: delayed);
        var half = await broker.SendAsync("Orders", [1], properties: [.. delayed, new("TRAN_MSG", "true"), new("PGROUP", "producers")]);
        var batch = await broker.CallAsync(RequestCode.SendBatchMessage, TestBroker.SendHeader("Orders", 0, delayed), BatchOfOne());

        Assert.Multiple(() =>
        {
            Assert.That((plain.Code, half.Code, batch.Code), Is.EqualTo((ResponseCode.SystemError, ResponseCode.SystemError, ResponseCode.SystemError)));
            Assert.That(plain.Remark, Does.Contain("property DELAY is '").And.Contain("whole number"));
        });
        Assert.That((await broker.PullAsync("Orders", 0, 0)).Code, Is.EqualTo(ResponseCode.PullNotFound));
    }

    [TestCase("0", 1)]
    [TestCase("-1", 1)]
    [TestCase("+2", 0)]
    [TestCase("007", 0)]
    public async Task A_delay_is_read_as_Java_reads_a_number(string delay, int deliveredAtOnce)
    {
        await using var broker = await TestBroker.StartAsync(time: new VirtualTimeProvider());

        await broker.SendAsync("Orders", [1], properties: [new("DELAY", delay)]);

        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Has.Count.EqualTo(deliveredAtOnce));
    }

    [Test]
    public async Task A_message_that_says_it_is_a_batch_and_is_none_is_illegal()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders");
        await broker.CreateTopicAsync("Batches", attributes: "+queue.type=BatchCQ");
        KeyValuePair<string, string>[] counted = [new("INNER_NUM", "3")];

        var replies = new Dictionary<string, RemotingCommand>
        {
            ["counted, not marked"] = await broker.SendAsync("Orders", [1], properties: counted),
            ["counted, not marked, to batch queues"] = await broker.SendAsync("Batches", [1], properties: counted),
            ["marked, to ordinary queues"] = await broker.SendAsync("Orders", [1], sysFlag: MessageSysFlag.InnerBatch),
            ["marked and counted, to ordinary queues"] = await broker.SendAsync("Orders", [1], properties: counted, sysFlag: 192),
            ["a batch counted in its header"] = await broker.CallAsync(RequestCode.SendBatchMessage, TestBroker.SendHeader("Orders", 0, counted), BatchOfOne()),
            ["a batch marked in its header"] = await broker.CallAsync(RequestCode.SendBatchMessage, TestBroker.SendHeader("Orders", 0, [], 128), BatchOfOne()),
            ["delayed"] = await broker.SendAsync("Orders", [1], properties: [.. counted, new("DELAY", "1")]),
            ["half"] = await broker.SendAsync("Orders", [1], properties: [.. counted, new("TRAN_MSG", "true"), new("PGROUP", "producers")]),
        };

        Assert.Multiple(() =>
        {
            foreach (var (what, reply) in replies)
            {
                Assert.That((reply.Code, what), Is.EqualTo((ResponseCode.MessageIllegal, what)), reply.Remark);
            }
        });
        Assert.That((await broker.PullAsync("Orders", 0, 0)).Code, Is.EqualTo(ResponseCode.PullNotFound), "nothing was stored");
    }

    [Test]
    public async Task The_flags_of_a_records_hosts_are_those_of_its_hosts([Values(0x10, 0x20, 0x30)] int flags)
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);

        await broker.SendAsync("Orders", [1], sysFlag: flags);
        await broker.CallAsync(RequestCode.SendBatchMessage, TestBroker.SendHeader("Orders", 0, [], flags), BatchOfOne());
        await broker.SendAsync("Orders", [1], sysFlag: flags, properties: [new("TRAN_MSG", "true"), new("PGROUP", "producers")]);
        await broker.SendAsync("Orders", [1], sysFlag: flags, properties: [new("DELAY", "1")]);
        var delayed = await Eventually.GetAsync(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return TestBroker.Messages(await broker.PullAsync("Orders", 0, 2)) is { Count: 1 } found ? found : null;
            },
            "the delayed message");

        var half = TestBroker.Messages(await broker.PullAsync("RMQ_SYS_TRANS_HALF_TOPIC", 0, 0));
        var all = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Concat(half).Concat(delayed).ToList();
        Assert.That(all, Has.Count.EqualTo(5));
        Assert.That(all.Select(message => message.SysFlag & 0x30), Is.All.Zero, "they are IPv4");
    }

    private static byte[] BatchOfOne()
    {
        var body = new ArrayBufferWriter<byte>();
        BatchBody.Write(body, 0, "one"u8, []);
        return body.WrittenSpan.ToArray();
    }
}
