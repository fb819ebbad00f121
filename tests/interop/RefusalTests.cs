using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests;

/// <summary>What a broker that must not create topics tells a client.</summary>
public class RefusalTests
{
    [Test]
    public async Task Without_auto_creation_an_unknown_topic_is_refused()
    {
        await using var host = await StandaloneHost.StartNewAsync("autoCreateTopicEnable=false");
        await using var producer = await NodeProducer.StartAsync(host.NameServer);

        var noRoute = Assert.ThrowsAsync<NodeClientException>(() => producer.SendAsync(new OutgoingMessage("nobody-made-me", "lost?")));
        var noDefault = Assert.ThrowsAsync<NodeClientException>(() => producer.RouteLikeDefaultTopicAsync("nobody-made-me"));

        Assert.That(noRoute!.Code, Is.EqualTo(17), "TOPIC_NOT_EXIST");
        Assert.That(noRoute.Message, Does.Contain("nobody-made-me"));
        Assert.That(noDefault!.Code, Is.EqualTo(17), "the default topic is not offered either");
        Assert.That(host.IsRunning);
    }
}
