using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Json;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Ordering;

public class QueueLockTests
{
    [Test]
    public async Task A_queue_is_held_by_one_client_of_a_group_until_it_gives_it_up()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.That(await LockAsync(broker, "c1", 0, 1), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(await LockAsync(broker, "c2", 1, 2), Is.EqualTo(new[] { 2 }));
        Assert.That(await LockAsync(broker, "c1", 0, 1), Is.EqualTo(new[] { 0, 1 }), "renewed by its holder");
        await UnlockAsync(broker, "c2", 0);
        Assert.That(await LockAsync(broker, "c2", 0), Is.Empty, "given up by somebody else");
        await UnlockAsync(broker, "c1", 0);
        Assert.That(await LockAsync(broker, "c2", 0, 1), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task Groups_do_not_lock_each_other_out()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.That(await LockAsync(broker, "c1", "g1", 0), Is.EqualTo(new[] { 0 }));
        Assert.That(await LockAsync(broker, "c2", "g2", 0), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task A_lock_that_is_not_renewed_expires_after_sixty_seconds()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await LockAsync(broker, "c1", 0);

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That(await LockAsync(broker, "c2", 0), Is.Empty);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(await LockAsync(broker, "c2", 0), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task After_a_restart_every_queue_is_free()
    {
        var first = await TestBroker.StartAsync();
        await LockAsync(first, "c1", 0);

        await using var second = await first.RestartAsync();

        Assert.That(await LockAsync(second, "c2", 0), Is.EqualTo(new[] { 0 }));
    }

    private static Task<int[]> LockAsync(TestBroker broker, string client, params int[] queues) => LockAsync(broker, client, "ordered", queues);

    private static async Task<int[]> LockAsync(TestBroker broker, string client, string group, params int[] queues)
    {
        var answer = await broker.CallJsonAsync(RequestCode.LockBatchMq, null, Body(client, group, queues));
        Assert.That(answer.Code, Is.EqualTo(ResponseCode.Success), answer.Remark);
        return [.. RemotingJson.Deserialize<LockBatchResponseBody>(answer.Body.FirstSpan).LockOkMqSet.Select(q => q.QueueId).Order()];
    }

    private static async Task UnlockAsync(TestBroker broker, string client, params int[] queues) =>
        Assert.That((await broker.CallJsonAsync(RequestCode.UnlockBatchMq, null, Body(client, "ordered", queues))).Code, Is.EqualTo(ResponseCode.Success));

    private static LockBatchRequestBody Body(string client, string group, int[] queues) => new()
    {
        ClientId = client,
        ConsumerGroup = group,
        MqSet = [.. queues.Select(q => new MessageQueue { Topic = "Orders", BrokerName = "broker-a", QueueId = q })],
    };
}
