using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Topics;

public class TraceTopicTests
{
    private const string Trace = "RMQ_SYS_TRACE_TOPIC";

    [Test]
    public async Task Traces_are_taken_and_read_where_their_topic_is_enabled()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { TraceTopicEnable = true, AutoCreateTopicEnable = false });

        var sent = await broker.SendAsync(Trace, [1], properties: [new("KEYS", "id-1")]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        Assert.That(TestBroker.Messages(await broker.PullAsync(Trace, 0, 0)), Has.Count.EqualTo(1));
        Assert.That((await broker.SendAsync(Trace, [1], queueId: 1)).Code, Is.EqualTo(ResponseCode.InvalidParameter), "it has one queue");
    }

    [Test]
    public async Task A_trace_topic_of_another_name_takes_its_place()
    {
        await using var broker = await TestBroker.StartAsync(
            o => o with { TraceTopicEnable = true, MsgTraceTopicName = "Traces", AutoCreateTopicEnable = false });

        Assert.That((await broker.SendAsync("Traces", [1])).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That((await broker.SendAsync(Trace, [1])).Code, Is.EqualTo(ResponseCode.TopicNotExist));
    }

    [Test]
    public async Task Clients_may_trace_into_any_topic_of_their_choice()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("MyTraces", queues: 1);

        Assert.That((await broker.SendAsync("MyTraces", [1])).Code, Is.EqualTo(ResponseCode.Success));
    }

    [Test]
    public async Task The_system_trace_topic_can_not_be_changed_by_clients()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { TraceTopicEnable = true });

        Assert.That((await broker.CreateTopicAsync(Trace, queues: 8)).Code, Is.EqualTo(ResponseCode.InvalidParameter));
    }
}
