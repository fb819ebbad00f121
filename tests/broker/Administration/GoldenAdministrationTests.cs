using System.Buffers;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Administration;

/// <summary>What Apache's administrative tools asked Apache's brokers is asked of this one: it takes the request and answers with the same fields.</summary>
public class GoldenAdministrationTests
{
    private static readonly string[] Groups = ["G_PUSH", "G_POPPUSH", "G_CONS_DELAY", "G_CONS_NORMAL", "G_POP", "G_EXS", "G_NOTIFY"];
    private static readonly string[] Topics = ["GoldenNormal", "GoldenEmpty", "GoldenPop", "ExtraSql", "AdmTopic"];

    private TestBroker _broker = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _broker = await TestBroker.StartAsync();
        foreach (var topic in Topics)
        {
            await _broker.CreateTopicAsync(topic, attributes: topic == "GoldenPop" ? "+message.type=NORMAL" : null);
            for (var i = 0; i < 12; i++)
            {
                await _broker.SendAsync(topic, [1], i % 4, [new("TAGS", "A")]);
            }
        }

        foreach (var group in Groups)
        {
            await _broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = group });
            foreach (var topic in Topics)
            {
                for (var queue = 0; queue < 4; queue++)
                {
                    await _broker.CallAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
                    {
                        ConsumerGroup = group, Topic = topic, QueueId = queue, CommitOffset = 2,
                    });
                }
            }
        }
    }

    [TearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [TestCase(8, TestName = "5.3.3 updateSubGroup")]
    [TestCase(16, TestName = "5.3.3 topic config of a topic that is none")]
    [TestCase(321, TestName = "5.3.3 groups of a topic")]
    [TestCase(325, TestName = "5.3.3 topicStatus")]
    [TestCase(327, TestName = "5.3.3 topic config")]
    [TestCase(337, TestName = "5.3.3 consumerProgress")]
    [TestCase(365, TestName = "5.3.3 queryCq")]
    [TestCase(369, TestName = "5.3.3 resetOffsetByTime, all queues to the end")]
    [TestCase(371, TestName = "5.3.3 resetOffsetByTime, one queue to an offset")]
    [TestCase(375, TestName = "5.3.3 all groups")]
    [TestCase(377, TestName = "5.3.3 deleteSubGroup")]
    [TestCase(381, TestName = "5.3.3 deleteTopic")]
    [TestCase(385, TestName = "5.3.3 updateTopicList")]
    [TestCase(387, TestName = "5.3.3 updateSubGroupList")]
    [TestCase(437, TestName = "5.3.3 system topics")]
    [TestCase(468, TestName = "5.3.3 cleanExpiredCQ")]
    [TestCase(474, TestName = "5.3.3 deleteExpiredCommitLog")]
    [TestCase(470, TestName = "5.3.3 cleanUnusedTopic")]
    [TestCase(551, TestName = "5.3.3 group config")]
    [TestCase(553, TestName = "5.3.3 group config of a new group")]
    [TestCase(580, TestName = "5.3.3 consume time span")]
    public Task The_answer_has_the_fields_of_Apaches_5_3(int number) => CompareAsync("5.3.3", number, exactly: true);

    [TestCase(10, TestName = "4.9 updateSubGroup")]
    [TestCase(334, TestName = "4.9 groups of a topic")]
    [TestCase(337, TestName = "4.9 topicStatus")]
    [TestCase(350, TestName = "4.9 consumerProgress")]
    [TestCase(368, TestName = "4.9 queryCq")]
    [TestCase(370, TestName = "4.9 resetOffsetByTime")]
    [TestCase(379, TestName = "4.9 deleteSubGroup")]
    [TestCase(381, TestName = "4.9 deleteTopic")]
    [TestCase(409, TestName = "4.9 all groups")]
    [TestCase(411, TestName = "4.9 cleanExpiredCQ")]
    [TestCase(415, TestName = "4.9 deleteExpiredCommitLog")]
    [TestCase(413, TestName = "4.9 cleanUnusedTopic")]
    [TestCase(417, TestName = "4.9 all topics")]
    [TestCase(419, TestName = "4.9 system topics")]
    public Task The_answer_has_at_least_the_fields_of_Apaches_4_9(int number) => CompareAsync("4.9", number, exactly: false);

    [Test]
    public async Task All_topics_are_told_with_the_fields_of_Apaches_5_3()
    {
        // Static topics, which the recorded answer holds, are not supported.
        var golden = GoldenExchange.Read("5.3.3", 435);
        var response = await SendAsync(golden);

        Assert.That(Shape(response), Is.EquivalentTo(Shape(golden.Response).Where(p => !p.Contains("Map.", StringComparison.Ordinal))));
    }

    private async Task CompareAsync(string set, int number, bool exactly)
    {
        var golden = GoldenExchange.Read(set, number);
        var response = await SendAsync(golden);

        Assert.That(response.Code, Is.EqualTo(golden.Response.Code), response.Remark);
        if (golden.Response.Body.Length > 0)
        {
            var (ours, theirs) = (Shape(response), Shape(golden.Response));
            Assert.That(exactly ? ours : ours.Intersect(theirs), Is.EquivalentTo(theirs));
        }
        else
        {
            Assert.That(response.Body.Length, Is.Zero);
        }
    }

    private Task<RemotingCommand> SendAsync(GoldenExchange golden) =>
        _broker.Client.InvokeAsync(_broker.Address, golden.Again(), TimeSpan.FromSeconds(10));

    private static IReadOnlyCollection<string> Shape(RemotingCommand response) => JsonShape.Of(response.Body.ToArray());
}
