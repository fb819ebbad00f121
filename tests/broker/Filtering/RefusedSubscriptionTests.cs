using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Broker.Tests.Filtering;

/// <summary>Where a bad expression is found out: when the consumer starts, when it pulls, when it pops.</summary>
public class RefusedSubscriptionTests
{
    private const string Bad = "price >> 3";

    [Test]
    public async Task A_bad_expression_is_refused_before_the_consumer_starts_with_the_place_of_the_fault()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { EnablePropertyFilter = true });

        var refused = await AskAsync(broker, Bad);
        var good = await AskAsync(broker, "price > 3 AND color IN ('red', 'blue')");

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.SubscriptionParseFailed));
        Assert.That(refused.Remark, Does.Contain(">"));
        Assert.That(good.Code, Is.EqualTo(ResponseCode.Success), good.Remark);
    }

    [Test]
    public async Task A_pull_with_a_bad_expression_is_refused_with_the_same_reason()
    {
        await using var broker = await TestBroker.StartAsync(o => o with { EnablePropertyFilter = true });
        await broker.SendAsync("Orders", [0]);

        var pulled = await broker.PullAsync("Orders", 0, 0, subscription: Bad, type: "SQL92");

        Assert.That(pulled.Code, Is.EqualTo(ResponseCode.SubscriptionParseFailed));
        Assert.That(pulled.Remark, Does.EndWith((await AskAsync(broker, Bad)).Remark!));
    }

    [Test]
    public async Task Where_expressions_are_switched_off_the_setting_is_named()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [0]);

        var asked = await AskAsync(broker, "price > 3");
        var pulled = await broker.PullAsync("Orders", 0, 0, subscription: "price > 3", type: "SQL92");

        Assert.That((asked.Code, pulled.Code), Is.EqualTo((ResponseCode.SystemError, ResponseCode.SystemError)));
        Assert.That(asked.Remark, Does.Contain("enablePropertyFilter"));
        Assert.That(pulled.Remark, Does.Contain("enablePropertyFilter"));
    }

    [Test]
    public async Task A_consumer_of_tags_is_not_asked_for_more()
    {
        await using var broker = await TestBroker.StartAsync();

        var response = await broker.CallJsonAsync(RequestCode.CheckClientConfig, null, new CheckClientRequestBody
        {
            ClientId = "client", Group = "consumers", SubscriptionData = new SubscriptionData { Topic = "Orders", SubString = "A || B" },
        });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
    }

    private static Task<RemotingCommand> AskAsync(TestBroker broker, string expression) =>
        broker.CallJsonAsync(RequestCode.CheckClientConfig, null, new CheckClientRequestBody
        {
            ClientId = "client",
            Group = "consumers",
            SubscriptionData = new SubscriptionData { Topic = "Orders", ExpressionType = "SQL92", SubString = expression },
        });
}
