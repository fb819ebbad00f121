using System.Buffers.Binary;
using System.Text;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Timing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Timing;

public class RecallTests
{
    [TestCase("djEgR29sZGVuVGltZXIgYnJva2VyLWdvbGRlbiAxNzk1MjUwODUyMDAxIEMwMDAwMjAyNzU1QjVGRkQyQjI3NjhFMjIxNTIwMDI5", "GoldenTimer", 1795250852001)]
    [TestCase("djEgR29sZGVuQXR0ckRlbGF5IGJyb2tlci1nb2xkZW4gMTc5NTI1NDQ1MDAwMSBDMDAwMDIwMjc1NUI1RkZEMkIyNzY4RTIyMzA2MDA2MA==", "GoldenAttrDelay", 1795254450001)]
    public void A_recorded_handle_is_read_and_written_the_same(string text, string topic, long deliverMs)
    {
        var handle = RecallHandle.TryParse(text)!;

        Assert.Multiple(() =>
        {
            Assert.That(handle.Topic, Is.EqualTo(topic));
            Assert.That(handle.BrokerName, Is.EqualTo("broker-golden"));
            Assert.That(handle.DeliverMs, Is.EqualTo(deliverMs));
            Assert.That(handle.ToString(), Is.EqualTo(text));
        });
    }

    [Test]
    public async Task A_timer_taken_back_with_its_handle_is_not_delivered()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { RecallMessageEnable = true }, s => s with { TimerPrecisionMs = 100 });
        var kept = (await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_MS", "900"), new("UNIQ_KEY", "KEPT")]))
            .ReadHeader<SendMessageResponseHeader>();
        var sent = (await broker.SendAsync("Orders", [2], properties: [new("TIMER_DELAY_MS", "900"), new("UNIQ_KEY", "GONE")]))
            .ReadHeader<SendMessageResponseHeader>();

        var recalled = await RecallAsync(broker, "Orders", sent.RecallHandle!);

        Assert.That(recalled.Code, Is.EqualTo(ResponseCode.Success), recalled.Remark);
        Assert.That(recalled.ReadHeader<RecallMessageResponseHeader>().MsgId, Is.EqualTo("GONE"));
        Assert.That(kept.RecallHandle, Is.Not.Null);
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0, waitMs: 5000)).Single().UniqueKey, Is.EqualTo("KEPT"));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 1, waitMs: 500)), Is.Empty);
    }

    [Test]
    public async Task A_message_takes_no_timer_back_of_another_topic()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { TimerPrecisionMs = 100 });
        var due = new KeyValuePair<string, string>(
            "TIMER_DELIVER_MS", (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 900).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await broker.SendAsync("Payments", [1], properties: [due, new("UNIQ_KEY", "P")]);
        await broker.SendAsync("Orders", [2], properties: [due, new("UNIQ_KEY", "O"), new("TIMER_DEL_UNIQKEY", "Payments+P")]);

        Assert.That(TestBroker.Messages(await broker.PullAsync("Payments", 0, 0, waitMs: 5000)).Single().UniqueKey, Is.EqualTo("P"));
    }

    [Test]
    public async Task Only_messages_that_wait_get_a_handle()
    {
        await using var broker = await TestBroker.StartAsync();

        var plain = (await broker.SendAsync("Orders", [1])).ReadHeader<SendMessageResponseHeader>();
        var past = (await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELIVER_MS", "1")])).ReadHeader<SendMessageResponseHeader>();

        Assert.That(plain.RecallHandle, Is.Null);
        Assert.That(past.RecallHandle, Is.Null);
    }

    [Test]
    public async Task What_can_not_be_taken_back_is_answered_with_the_reason()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { RecallMessageEnable = true });
        await broker.CreateTopicAsync("Orders");
        await broker.CreateTopicAsync("Others");
        var soon = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 60_000;
        var handle = new RecallHandle("Orders", "broker-a", soon, "K");

        var answers = new List<(int, string?)>();
        foreach (var (topic, text) in new[]
        {
            ("Nowhere", handle.ToString()),
            ("Orders", "no handle!"),
            ("Orders", "djE="),
            ("Others", handle.ToString()),
            ("Orders", (handle with { BrokerName = "broker-b" }).ToString()),
            ("Orders", (handle with { DeliverMs = 1 }).ToString()),
            ("Orders", (handle with { DeliverMs = soon + 300_000_000 }).ToString()),
        })
        {
            var answer = await RecallAsync(broker, topic, text);
            answers.Add((answer.Code, answer.Remark));
        }

        Assert.That(answers, Is.EqualTo(new (int, string?)[]
        {
            (ResponseCode.TopicNotExist, "recall failed, the topic[Nowhere] not exist"),
            (ResponseCode.IllegalOperation, "recall handle is invalid"),
            (ResponseCode.IllegalOperation, "recall handle is invalid"),
            (ResponseCode.IllegalOperation, "recall failed, topic not match"),
            (ResponseCode.IllegalOperation, "recall failed, broker service not available"),
            (ResponseCode.IllegalOperation, "recall failed, timestamp invalid"),
            (ResponseCode.IllegalOperation, "recall failed, timestamp invalid"),
        }));
    }

    [Test]
    public async Task Recalls_are_forbidden_unless_enabled()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await RecallAsync(broker, "Orders", "djE=");

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(answer.Remark, Does.StartWith("recall failed, operation is forbidden"));
    }

    [Test]
    public async Task Checkpoint_and_counts_are_told()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_SEC", "3600")]);
        byte[] checkpoint;
        var waited = 0;
        do
        {
            await Task.Delay(100);
            checkpoint = (await broker.CallAsync(RequestCode.GetTimerCheckPoint)).Body.FirstSpan.ToArray();
        }
        while (BinaryPrimitives.ReadInt64BigEndian(checkpoint.AsSpan(16)) == 0 && ++waited < 50);

        var metrics = await broker.CallAsync(RequestCode.GetTimerMetrics);

        Assert.That(checkpoint, Has.Length.EqualTo(56));
        Assert.That(BinaryPrimitives.ReadInt64BigEndian(checkpoint.AsSpan(16)), Is.EqualTo(1));
        Assert.That((int)JObject.Parse(Encoding.UTF8.GetString(metrics.Body.FirstSpan))["timingCount"]!["Orders"]!["count"]!, Is.EqualTo(1));
    }

    private static Task<RemotingCommand> RecallAsync(TestBroker broker, string topic, string handle) => broker.CallAsync(
        RequestCode.RecallMessage, new RecallMessageRequestHeader { ProducerGroup = "producers", Topic = topic, RecallHandle = handle });
}
