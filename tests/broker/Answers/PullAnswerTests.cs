using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Answers;

/// <summary>Every pull that Apache's 5.3.3 broker was asked for, refused ones too: the code and the header's fields are the same here.</summary>
public class PullAnswerTests
{
    /// <summary>Where this broker answers otherwise on purpose, or does not have what was asked.</summary>
    private static readonly Dictionary<string, string> Differences = new()
    {
        ["PULL: group forbidden for topic (353), own subscription (sysFlag 4): not checked"] = "what an operator forbade is forbidden to every pull",
        ["PULL: bad SQL92 own subscription, enablePropertyFilter=true: not refused, delivered unfiltered"] = "a consumer would be given what it excludes",
        ["PULL: maxMsgBytes=10"] = "what the consumer asks for is kept to",
        ["PULL: SQL92 own subscription, enablePropertyFilter=true"] = "its topic's messages were others",
        ["PULL: REFUSED rejectPullConsumerEnable=true, group not online"] = "such consumers are turned away at their heartbeat",
        ["PULL: static topic, empty queue"] = "there are no static topics",
        ["PULL: static topic, found"] = "there are no static topics",
        ["PULL: static topic, queue not hosted"] = "there are no static topics",
    };

    private static IEnumerable<TestCaseData> Pulls => RecordedAnswers.All
        .Where(answer => (int)answer["code"]! is RequestCode.PullMessage or RequestCode.LitePullMessage && !Differences.ContainsKey((string)answer["case"]!))
        .Where(answer => answer["request"]!["extFields"] is JObject)
        .Select(answer => new TestCaseData(answer).SetArgDisplayNames($"{answer["code"]}", (string)answer["case"]!));

    [TestCaseSource(nameof(Pulls))]
    public async Task A_pull_is_answered_as_by_Apaches_broker(JObject recorded)
    {
        await using var broker = await StartAsync((string)recorded["case"]!);
        var request = RemotingCommand.Request((int)recorded["code"]!);
        foreach (var (name, value) in (JObject)recorded["request"]!["extFields"]!)
        {
            request.AddField(name, (string)value!);
        }

        var response = await broker.Client.InvokeAsync(broker.Address, request, TimeSpan.FromSeconds(10));

        var expected = recorded["response"]!;
        Assert.That(response.Code, Is.EqualTo((int)expected["code"]!), response.Remark);
        Assert.That(Fields(response), Is.EquivalentTo(((JObject)expected["extFields"]!).Properties().Select(p => $"{p.Name}={p.Value}")));
        Assert.That(TestBroker.Messages(response), Has.Count.EqualTo(response.Code == ResponseCode.Success ? 1 : 0));
    }

    private static IEnumerable<string> Fields(RemotingCommand response)
    {
        for (var i = 0; i < response.Fields?.Count; i++)
        {
            yield return $"{System.Text.Encoding.UTF8.GetString(response.Fields.NameAt(i))}={System.Text.Encoding.UTF8.GetString(response.Fields.ValueAt(i))}";
        }
    }

    private static async Task<TestBroker> StartAsync(string name)
    {
        var broker = await TestBroker.StartAsync(options => Configured(options, name));
        foreach (var (topic, sysFlag, perm) in new[] { ("TopicTest", 0, 6), ("TopicEmpty", 0, 6), ("TopicUnit", 1, 6), ("TopicUnitSub", 2, 6), ("TopicOther", 0, 6), ("TopicNoRead", 0, 2) })
        {
            await broker.CallAsync(RequestCode.UpdateAndCreateTopic, new CreateTopicRequestHeader
            {
                Topic = topic, DefaultTopic = "TBW102", ReadQueueNums = 4, WriteQueueNums = 4, Perm = perm, TopicSysFlag = sysFlag,
            });
        }

        foreach (var (topic, count) in new[] { ("TopicTest", 4), ("TopicUnit", 1), ("TopicUnitSub", 1) })
        {
            for (var i = 0; i < count; i++)
            {
                await broker.SendAsync(topic, "hello"u8.ToArray(), properties: [new("TAGS", "a")]);
            }
        }

        foreach (var group in new SubscriptionGroupConfig[]
        {
            new() { GroupName = "G_OK" }, new() { GroupName = "G_SYS3", GroupSysFlag = 3 }, new() { GroupName = "G_OFF", ConsumeEnable = false },
            new() { GroupName = "G_NOSUB" }, new() { GroupName = "G_OTHER" }, new() { GroupName = "G_NOBC", ConsumeBroadcastEnable = false },
            new() { GroupName = "G_FORB" },
        })
        {
            await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, group);
        }

        await JoinAsync(broker, "G_OK", "TopicTest");
        await JoinAsync(broker, "G_OTHER", "TopicOther");
        await JoinAsync(broker, "G_NOBC", "TopicTest", MessageModel.Broadcasting);
        await JoinAsync(broker, "G_FORB", "TopicTest");
        await broker.CallAsync(RequestCode.UpdateAndGetGroupForbidden, new UpdateGroupForbiddenRequestHeader
        {
            Group = "G_FORB", Topic = "TopicTest", Readable = false,
        });
        return broker;
    }

    private static BrokerOptions Configured(BrokerOptions options, string name)
    {
        if (name.Contains("brokerPermission=2", StringComparison.Ordinal))
        {
            options.BrokerPermission = 2;
        }

        if (name.Contains("autoCreateSubscriptionGroup=false", StringComparison.Ordinal))
        {
            options.AutoCreateSubscriptionGroup = false;
        }

        if (name.Contains("litePullMessageEnable=false", StringComparison.Ordinal))
        {
            options.LitePullMessageEnable = false;
        }

        return options;
    }

    private static Task<RemotingCommand> JoinAsync(TestBroker broker, string group, string topic, MessageModel model = MessageModel.Clustering) =>
        broker.HeartbeatAsync($"{group}@1", consumer: new ConsumerData
        {
            GroupName = group,
            MessageModel = model,
            ConsumeType = ConsumeType.ConsumePassively,
            SubscriptionDataSet = [new SubscriptionData { Topic = topic, SubString = "*", SubVersion = 100 }],
        });
}
