using System.Buffers;
using RocketMQ.Broker.Tests.Administration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Statistics;

/// <summary>What Apache's tools asked Apache's brokers about how they do is asked of this one, which answers with the same fields.</summary>
public sealed class GoldenStatisticsTests
{
    /// <summary>Where Apache's brokers name a directory of theirs, or a level that has messages.</summary>
    private static readonly string[] Varying = ["commitLogDiskRatio_", "scheduleMessageOffset_"];

    [TestCase("4.9", 324)]
    [TestCase("4.9", 339)]
    [TestCase("5.3.3", 313)]
    public async Task Runtime_info_has_every_key_of_Apaches(string set, int number)
    {
        await using var broker = await TestBroker.StartAsync();
        var golden = GoldenExchange.Read(set, number);
        var ours = (await AskAsync(broker, golden)).ReadBody<KVTable>().Table.Keys;
        var theirs = golden.Response.ReadBody<KVTable>().Table.Keys;

        Assert.That(theirs.Where(key => !Varying.Any(v => key.StartsWith(v, StringComparison.Ordinal))).Except(ours), Is.Empty);
    }

    [TestCase("4.9", 405)]
    [TestCase("5.3.3", 407)]
    [TestCase("5.3.3", 409)]
    [TestCase("5.3.3", 411)]
    [TestCase("5.3.3", 417)]
    [TestCase("5.3.3", 361)]
    [TestCase("5.3.3", 345)]
    public async Task The_answer_is_shaped_as_Apaches(string set, int number)
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.SendAsync("GoldenEmpty", [1]);
        await broker.PullAsync("GoldenEmpty", 0, 0, "G_NOTIFY");
        await broker.CallAsync(
            RequestCode.UpdateConsumerOffset,
            new UpdateConsumerOffsetRequestHeader { ConsumerGroup = "G_NOTIFY", Topic = "GoldenEmpty", QueueId = 0, CommitOffset = 1 });
        var golden = GoldenExchange.Read(set, number);
        if (golden.Request.Field("statsKey"u8) is { } key && golden.Response.Code == ResponseCode.Success)
        {
            await broker.SendAsync(key.Split('@')[0], [1]);
        }

        var answer = await AskAsync(broker, golden);
        Assert.That((answer.Code, answer.Remark), Is.EqualTo((golden.Response.Code, golden.Response.Remark)));
        if (golden.Response.Body.Length > 0)
        {
            Assert.That(Shape(answer), Is.SupersetOf(Shape(golden.Response)));
        }
    }

    private static Task<RemotingCommand> AskAsync(TestBroker broker, GoldenExchange golden) =>
        broker.Client.InvokeAsync(broker.Address, golden.Again(), TimeSpan.FromSeconds(10));

    /// <summary>Groups' names are data.</summary>
    private static IEnumerable<string> Shape(RemotingCommand response) =>
        JsonShape.Of(response.Body.ToArray()).Select(path => path.StartsWith(".consumeStatsList[].", StringComparison.Ordinal)
            ? path[(path.IndexOf("[]", 20, StringComparison.Ordinal) is > 0 and var at ? at : path.Length)..] : path).Distinct();
}
