using System.Text;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Tests.Answers;

/// <summary>What Apache's 5.3.3 broker answered of groups, request after request, code and body.</summary>
public class GroupAnswerTests
{
    [Test]
    public async Task Subscriptions_are_told_as_by_Apaches_broker()
    {
        await using var broker = await TestBroker.StartAsync();
        foreach (var recorded in Recorded(RequestCode.QuerySubscriptionByConsumer))
        {
            if (((string)recorded["case"]!).Contains("group online", StringComparison.Ordinal))
            {
                await broker.HeartbeatAsync("c1", consumer: new ConsumerData
                {
                    GroupName = "G_OK", SubscriptionDataSet = [new SubscriptionData { Topic = "TopicTest", SubString = "*", SubVersion = 100 }],
                });
            }

            await CompareAsync(broker, recorded);
        }
    }

    [Test]
    public async Task What_a_group_may_read_is_told_and_changed_as_by_Apaches_broker()
    {
        await using var broker = await TestBroker.StartAsync();

        // A request without topic fails in Apache's broker where the group has been forbidden something, and is answered where it has not.
        foreach (var recorded in Recorded(RequestCode.UpdateAndGetGroupForbidden).Where(recorded => (string)recorded["case"]! != "topic missing"))
        {
            await CompareAsync(broker, recorded);
        }
    }

    [Test]
    public async Task Offsets_are_corrected_as_by_Apaches_broker_but_those_of_filtered_groups_stay()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("TopicTest");
        foreach (var (group, queue, offset) in new[] { ("G_OK", 0, 2), ("G_OTHER", 0, 1), ("G_OTHER", 1, 1), ("G_POP", 0, 3) })
        {
            await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = group });
            await broker.CallAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
            {
                ConsumerGroup = group, Topic = "TopicTest", QueueId = queue, CommitOffset = offset,
            });
        }

        foreach (var recorded in Recorded(RequestCode.QueryCorrectionOffset).Where(recorded => (string)recorded["case"]! != "unknown group"))
        {
            await CompareAsync(broker, recorded);
        }

        var asked = await broker.CallAsync(RequestCode.QueryCorrectionOffset, new QueryCorrectionOffsetRequestHeader { Topic = "TopicTest", CompareGroup = "NoSuchGroup" });
        Assert.That(Encoding.UTF8.GetString(asked.Body), Is.EqualTo("{\"correctionOffsets\":{0:1,1:1}}"), "Apache's has forgotten G_OTHER by now");
    }

    [TestCase("no extFields, no body")]
    [TestCase("id beyond the log")]
    [TestCase("not an id")]
    public async Task What_is_no_half_message_is_not_asked_about_again(string name)
    {
        await using var broker = await TestBroker.StartAsync();

        await CompareAsync(broker, Recorded(RequestCode.ResumeCheckHalfMessage).Single(recorded => (string)recorded["case"]! == name));
    }

    private static IEnumerable<JObject> Recorded(int code) => RecordedAnswers.All.Where(recorded => (int)recorded["code"]! == code);

    private static async Task CompareAsync(TestBroker broker, JObject recorded)
    {
        var request = RemotingCommand.Request((int)recorded["code"]!);
        foreach (var (name, value) in recorded["request"]!["extFields"] as JObject ?? [])
        {
            request.AddField(name, (string)value!);
        }

        var response = await broker.Client.InvokeAsync(broker.Address, request, TimeSpan.FromSeconds(10));

        var (what, expected) = ((string)recorded["case"]!, recorded["response"]!);
        Assert.That((response.Code, what), Is.EqualTo(((int)expected["code"]!, what)), response.Remark);
        if (expected["body"] is { Type: JTokenType.String } body)
        {
            Assert.That(
                JToken.DeepEquals(RemotingJson.Deserialize<JObject>(response.Body), RemotingJson.Deserialize<JObject>((string)body!)),
                $"{what}: {Encoding.UTF8.GetString(response.Body)} is not {body}");
        }
    }
}
