using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Tests.Topics;

public class TopicAttributeTests
{
    [Test]
    public async Task A_topic_keeps_its_attributes_over_a_restart()
    {
        var broker = await TestBroker.StartAsync();
        Assert.That((await broker.CreateTopicAsync("Orders", attributes: "+message.type=FIFO,+reserve.time=3600")).Code, Is.EqualTo(ResponseCode.Success));
        await using var restarted = await broker.RestartAsync();

        Assert.That((await restarted.CreateTopicAsync("Orders", attributes: "-reserve.time")).Code, Is.EqualTo(ResponseCode.Success));

        await restarted.DisposeAsync();
        var file = await File.ReadAllTextAsync(Path.Combine(restarted.Directory, "config", "topics.json"));
        Assert.That(file, Does.Contain("\"message.type\":\"FIFO\"").And.Not.Contain("reserve.time"));
        Directory.Delete(restarted.Directory, recursive: true);
    }

    [TestCase("message.type=FIFO", "neither + (set) nor - (remove)")]
    [TestCase("+message.type=SOMETIMES", "allowed: UNSPECIFIED, NORMAL, FIFO, DELAY, TRANSACTION, MIXED")]
    [TestCase("+colour=red", "attribute colour is not supported")]
    [TestCase("+reserve.time=soon", "a number")]
    public async Task Attributes_nobody_knows_are_refused(string attributes, string reason)
    {
        await using var broker = await TestBroker.StartAsync();

        var created = await broker.CreateTopicAsync("Orders", attributes: attributes);

        Assert.That(created.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(created.Remark, Does.Contain(reason));
    }

    [TestCase("+cleanup.policy=DELETE", "+cleanup.policy=COMPACTION")]
    [TestCase("+cleanup.policy=DELETE", "-cleanup.policy")]
    [TestCase(null, "+queue.type=BatchCQ")]
    [TestCase("+message.type=FIFO", "+queue.type=BatchCQ")]
    public async Task What_is_fixed_when_a_topic_is_made_cannot_be_changed(string? made, string change)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders", attributes: made);

        var changed = await broker.CreateTopicAsync("Orders", attributes: change);

        Assert.That(changed.Code, Is.EqualTo(ResponseCode.SystemError));
    }

    [TestCase(false, ResponseCode.InvalidParameter)]
    [TestCase(true, ResponseCode.Success)]
    public async Task Topics_of_mixed_types_are_made_only_where_they_are_enabled(bool isEnabled, int code)
    {
        await using var broker = await TestBroker.StartAsync(o => o with { EnableMixedMessageType = isEnabled });

        var created = await broker.CreateTopicAsync("Orders", attributes: "+message.type=MIXED");

        Assert.That(created.Code, Is.EqualTo(code), created.Remark);
    }

    [Test]
    public async Task As_with_Apaches_broker_a_message_of_another_type_than_the_topics_is_taken()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("Orders", attributes: "+message.type=TRANSACTION");

        Assert.That((await broker.SendAsync("Orders", [0])).Code, Is.EqualTo(ResponseCode.Success));
    }
}
