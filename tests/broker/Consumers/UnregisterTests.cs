using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Consumers;

public class UnregisterTests
{
    [TestCase("{\"clientId\":\"c1\",\"producerGroup\":\"billing\",\"consumerGroup\":\"billing\"}")]
    [TestCase("{\"ClientID\":\"c1\",\"ProducerGroup\":\"billing\",\"ConsumerGroup\":\"billing\"}")]
    public async Task A_client_that_names_its_groups_in_the_body_leaves_them(string body)
    {
        await using var broker = await StartAsync();

        var response = await broker.CallAsync(RequestCode.UnregisterClient, body: System.Text.Encoding.UTF8.GetBytes(body));

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), response.Remark);
        Assert.That(await MembersAsync(broker), Is.Zero, "a ghost would keep its share of the queues");
        Assert.That((await broker.CallAsync(RequestCode.GetProducerConnectionList, new GetProducerConnectionListRequestHeader { ProducerGroup = "billing" })).Code, Is.Not.Zero);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("no JSON")]
    [TestCase("[1,2]")]
    [TestCase("{}")]
    public async Task A_client_that_names_no_group_is_answered_and_stays(string? body)
    {
        await using var broker = await StartAsync();

        var response = await broker.CallAsync(RequestCode.UnregisterClient, body: System.Text.Encoding.UTF8.GetBytes(body ?? ""));

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), response.Remark);
        Assert.That(await MembersAsync(broker), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_header_names_counts_before_a_body()
    {
        await using var broker = await StartAsync();

        await broker.CallAsync(
            RequestCode.UnregisterClient, new UnregisterClientRequestHeader { ClientId = "c1", ProducerGroup = "billing" }, "{\"consumerGroup\":\"billing\"}"u8.ToArray());

        Assert.That(await MembersAsync(broker), Is.EqualTo(1));
    }

    private static async Task<TestBroker> StartAsync()
    {
        var broker = await TestBroker.StartAsync();
        await broker.HeartbeatAsync("c1", "billing", new ConsumerData { GroupName = "billing" });
        return broker;
    }

    private static async Task<int> MembersAsync(TestBroker broker)
    {
        var response = await broker.CallAsync(RequestCode.GetConsumerListByGroup, new GetConsumerListByGroupRequestHeader { ConsumerGroup = "billing" });
        return response.Code == ResponseCode.Success
            ? Protocol.Json.RemotingJson.Deserialize<GetConsumerListByGroupResponseBody>(response.Body).ConsumerIds.Count
            : 0;
    }
}
