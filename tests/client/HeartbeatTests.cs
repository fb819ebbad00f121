using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Tests;

public class HeartbeatTests
{
    [Test]
    public async Task A_broker_that_compares_fingerprints_gets_subscriptions_only_until_it_knows_them()
    {
        await using var cluster = await FakeCluster.StartAsync("a");
        cluster.Route("T", queues: 1);
        var changed = false;
        cluster["a"].Script(RequestCode.HeartBeat, _ => RemotingCommand.Response(
            0, new HeartbeatResponseHeader { IsSupportHeartbeatV2 = true, IsSubChange = changed }));
        await using var client = cluster.Client(o => o with { HeartbeatV2 = true });
        await using var consumer = await client.StartPushConsumerAsync(
            new PushConsumerOptions { Group = "G", Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All } },
            (_, _) => new(ConsumeResult.Success));

        // The heartbeats of the start may still be on their way.
        await BeatUntilAsync(() => Last().WithoutSub, "a heartbeat without subscriptions");
        Assert.That(Last().ConsumerDataSet.Single().SubscriptionDataSet, Is.Empty);
        Assert.That(Last().HeartbeatFingerprint, Is.Not.Zero);

        changed = true;
        await BeatUntilAsync(() => !Last().WithoutSub, "the subscriptions in full");
        Assert.That(Last().ConsumerDataSet.Single().SubscriptionDataSet, Has.Count.EqualTo(2));

        HeartbeatData Last() => RemotingJson.Deserialize<HeartbeatData>(cluster["a"].Received(RequestCode.HeartBeat).Last().Body);

        Task BeatUntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
            () =>
            {
                if (cluster["a"].Received(RequestCode.HeartBeat).Any() && condition())
                {
                    return true;
                }

                cluster.Time.Advance(TimeSpan.FromSeconds(30));
                return false;
            },
            what);
    }

    [Test]
    public async Task An_sql_condition_that_a_broker_does_not_understand_fails_the_start()
    {
        await using var cluster = await FakeCluster.StartAsync("a");
        cluster.Route("T", queues: 1);
        cluster["a"].Script(RequestCode.CheckClientConfig, ResponseCode.SubscriptionParseFailed, "Encountered \"<EOF>\"");
        await using var client = cluster.Client();

        var failure = Assert.ThrowsAsync<BrokerException>(() => client.StartPushConsumerAsync(
            new PushConsumerOptions { Group = "G", Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.Sql("a >") } },
            (_, _) => new(ConsumeResult.Success)))!;

        Assert.That(failure.Message, Does.Contain("EOF"));
        var body = RemotingJson.Deserialize<CheckClientRequestBody>(cluster["a"].Received(RequestCode.CheckClientConfig).Single().Body);
        Assert.That(body.SubscriptionData!.SubString, Is.EqualTo("a >"));
    }
}
