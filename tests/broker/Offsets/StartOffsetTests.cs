using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Offsets;

/// <summary>What a consumer asks to begin at the first message, at the last, or at a time.</summary>
public class StartOffsetTests
{
    [Test]
    public async Task A_group_that_wants_its_own_rule_applied_is_told_that_nothing_is_known_of_it()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1]);

        var byRule = await AskAsync(broker, setZero: false);
        var byBroker = await AskAsync(broker, setZero: null);

        Assert.That(byRule.Code, Is.EqualTo(ResponseCode.QueryNotFound));
        Assert.That(byBroker.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset, Is.Zero, "a young queue is consumed from its first message");
    }

    [TestCase(0, "lower", 0)]
    [TestCase(1_000, "lower", 0)]
    [TestCase(1_500, "lower", 1)]
    [TestCase(1_500, "upper", 0)]
    [TestCase(2_000, "lower", 1)]
    [TestCase(2_000, "upper", 1)]
    [TestCase(3_000, "lower", 2)]
    [TestCase(9_000, "lower", 3)]
    [TestCase(9_000, "upper", 2)]
    [TestCase(0, "upper", 0)]
    public async Task A_time_is_an_offset(int afterMs, string boundary, int offset)
    {
        var clock = new VirtualTimeProvider();
        var startMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var broker = await TestBroker.StartAsync(time: clock);
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await broker.SendAsync("Orders", [(byte)i]);
        }

        var found = await broker.CallAsync(RequestCode.SearchOffsetByTimestamp, new SearchOffsetRequestHeader
        {
            Topic = "Orders", QueueId = 0, Timestamp = startMs + afterMs, BoundaryType = boundary,
        });

        Assert.That(found.ReadHeader<SearchOffsetResponseHeader>().Offset, Is.EqualTo(offset));
    }

    [Test]
    public async Task The_ends_of_a_queue_are_told_and_one_that_nobody_knows_is_empty()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("Orders", [1]);
        await broker.SendAsync("Orders", [2]);

        Assert.That(await EndsAsync("Orders"), Is.EqualTo((0L, 2L)));
        Assert.That(await EndsAsync("Unknown"), Is.EqualTo((0L, 0L)));

        async Task<(long Min, long Max)> EndsAsync(string topic) => (
            (await broker.CallAsync(RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = topic })).ReadHeader<GetMinOffsetResponseHeader>().Offset,
            (await broker.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = topic })).ReadHeader<GetMaxOffsetResponseHeader>().Offset);
    }

    private static Task<RemotingCommand> AskAsync(TestBroker broker, bool? setZero) => broker.CallAsync(
        RequestCode.QueryConsumerOffset,
        new QueryConsumerOffsetRequestHeader { ConsumerGroup = "new", Topic = "Orders", QueueId = 0, SetZeroIfNotFound = setZero });
}
