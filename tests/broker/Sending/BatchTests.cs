using System.Buffers;
using System.Text;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Sending;

public class BatchTests
{
    [Test]
    public async Task Each_message_of_a_batch_has_its_own_properties_and_the_batchs()
    {
        await using var broker = await TestBroker.StartAsync();

        await SendAsync(broker, "Orders", properties: [new("region", "north")]);

        var messages = TestBroker.Messages(await broker.PullAsync("Orders", 0, 0));
        Assert.That(messages.Select(m => (m.Tags, m.Properties["region"])), Is.EqualTo(new[] { ("t0", "north"), ("t1", "north"), ("t2", "north") }));
    }

    [Test]
    public async Task A_batch_for_a_retry_topic_is_refused()
    {
        await using var broker = await TestBroker.StartAsync();

        var sent = await SendAsync(broker, "%RETRY%consumers");

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(sent.Remark, Is.EqualTo("batch request does not support retry group %RETRY%consumers"));
    }

    [TestCase("DELAY", "3")]
    [TestCase("TIMER_DELAY_SEC", "10")]
    [TestCase("TIMER_DELIVER_MS", "1800000000000")]
    public async Task A_batch_that_is_to_be_delivered_later_is_refused_and_stores_nothing(string property, string value)
    {
        await using var broker = await TestBroker.StartAsync();

        var sent = await SendAsync(broker, "Orders", properties: [new(property, value)]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(sent.Remark, Does.Contain("one by one"));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Is.Empty);
    }

    [TestCase(4, null)]
    [TestCase(0, "true")]
    public async Task A_batch_of_half_messages_is_refused_and_nobody_sees_it(int sysFlag, string? transaction)
    {
        await using var broker = await TestBroker.StartAsync();

        var sent = await SendAsync(broker, "Orders", sysFlag, transaction is null ? [] : [new("TRAN_MSG", transaction)]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Is.Empty);
    }

    [Test]
    public async Task A_batch_that_is_cut_off_is_refused_as_a_whole()
    {
        await using var broker = await TestBroker.StartAsync();
        var whole = Body();

        var header = TestBroker.SendHeader("Orders", 0);
        header.Batch = true;
        var sent = await broker.CallAsync(RequestCode.SendBatchMessage, header, whole[..^5]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(sent.Remark, Does.Contain("not made of whole messages"));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Is.Empty);
    }

    [Test]
    public async Task A_batch_of_more_bytes_than_a_message_may_have_is_refused()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { MaxMessageSize = 4096 });

        var header = TestBroker.SendHeader("Orders", 0);
        header.Batch = true;
        var sent = await broker.CallAsync(RequestCode.SendBatchMessage, header, Body(3, 2000));

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(sent.Remark, Does.Contain("4096"));
    }

    private static Task<RemotingCommand> SendAsync(
        TestBroker broker, string topic, int sysFlag = 0, IEnumerable<KeyValuePair<string, string>>? properties = null)
    {
        var header = TestBroker.SendHeader(topic, 0, properties, sysFlag);
        header.Batch = true;
        return broker.CallAsync(RequestCode.SendBatchMessage, header, Body());
    }

    private static byte[] Body(int count = 3, int size = 2)
    {
        var body = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            BatchBody.Write(body, i, Encoding.UTF8.GetBytes($"b{i}".PadRight(size)), PropertyText.ToUtf8([new("TAGS", $"t{i}")]));
        }

        return body.WrittenSpan.ToArray();
    }
}
