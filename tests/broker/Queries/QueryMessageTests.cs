using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Queries;

public class QueryMessageTests
{
    [Test]
    public async Task A_query_that_finds_nothing_says_how_far_the_index_is()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1], properties: [new("KEYS", "first")]);
        await broker.SendAsync("Orders", [2], properties: [new("KEYS", "second")]);
        await Eventually.GetAsync(async () => (await QueryAsync(broker, "second")).Code == ResponseCode.Success ? new object() : null, "the index");

        var found = await QueryAsync(broker, "second");
        var missing = await QueryAsync(broker, "third");

        Assert.That((missing.Code, missing.Body.Length), Is.EqualTo((ResponseCode.QueryNotFound, 0L)));
        var (theirs, ours) = (found.ReadHeader<QueryMessageResponseHeader>(), missing.ReadHeader<QueryMessageResponseHeader>());
        Assert.That(ours.IndexLastUpdatePhyoffset, Is.EqualTo(theirs.IndexLastUpdatePhyoffset).And.GreaterThan(0));
        Assert.That(ours.IndexLastUpdateTimestamp, Is.EqualTo(theirs.IndexLastUpdateTimestamp).And.GreaterThan(0));
    }

    private static Task<Protocol.Commands.RemotingCommand> QueryAsync(TestBroker broker, string key) =>
        broker.CallAsync(RequestCode.QueryMessage, new QueryMessageRequestHeader { Topic = "Orders", Key = key, MaxNum = 8, EndTimestamp = long.MaxValue });
}
