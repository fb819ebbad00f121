using System.Globalization;
using System.Reflection;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>
/// A request of any code with everything in it that any code asks for, so that a test can walk all of them: all fields of all headers, and the
/// body that the code has. Nothing in it waits for messages.
/// </summary>
internal static class AnyRequest
{
    public static readonly IReadOnlyList<string> TopicFields = ["topic", "b", "defaultTopic", "c", "originTopic"];

    public static readonly IReadOnlyList<string> GroupFields =
        ["consumerGroup", "group", "producerGroup", "a", "groupName", "srcGroup", "destGroup", "compareGroup"];

    public static readonly IReadOnlyList<string> OtherNameFields =
        ["clientID", "clientId", "bname", "n", "brokerName", "clusterName", "cluster", "namespace", "key", "username", "brokerAddr", "haServerAddr", "masterAddress"];

    private static readonly Dictionary<string, string> Plain = new()
    {
        ["queueId"] = "0", ["e"] = "0", ["queueOffset"] = "0", ["offset"] = "0", ["commitOffset"] = "0", ["d"] = "4", ["defaultTopicQueueNums"] = "4",
        ["f"] = "0", ["sysFlag"] = "0", ["g"] = "1700000000000", ["bornTimestamp"] = "1700000000000", ["h"] = "0", ["flag"] = "0", ["i"] = "",
        ["maxMsgNums"] = "1", ["suspendTimeoutMillis"] = "0", ["subscription"] = "*", ["subVersion"] = "1", ["exp"] = "*", ["expType"] = "TAG",
        ["invisibleTime"] = "60000", ["pollTime"] = "0", ["bornTime"] = "0", ["initMode"] = "0", ["order"] = "false", ["extraInfo"] = "0 0 0 0 0 broker-a 0 0",
        ["delayLevel"] = "1", ["tranStateTableOffset"] = "0", ["commitLogOffset"] = "0", ["commitOrRollback"] = "8", ["msgId"] = "0", ["timestamp"] = "0",
        ["isForce"] = "true", ["readQueueNums"] = "1", ["writeQueueNums"] = "1", ["perm"] = "6", ["topicFilterType"] = "SINGLE_TAG", ["statsName"] = "x",
        ["statsKey"] = "x", ["beginTimestamp"] = "0", ["endTimestamp"] = "9999999999999", ["maxNum"] = "1", ["recallHandle"] = "AAAA", ["index"] = "0",
        ["count"] = "1", ["value"] = "v", ["brokerId"] = "0", ["READ_AHEAD_MODE"] = "0", ["isOrder"] = "false",
    };

    /// <summary>Every code by its name.</summary>
    public static IReadOnlyDictionary<int, string> Codes { get; } = typeof(RequestCode).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).GroupBy(field => (int)field.GetRawConstantValue()!).ToDictionary(same => same.Key, same => same.First().Name);

    /// <param name="code">Which request.</param>
    /// <param name="topic">What stands for each topic.</param>
    /// <param name="group">What stands for each group.</param>
    /// <param name="field">A field with another text.</param>
    /// <param name="text">That text.</param>
    public static RemotingCommand Make(int code, string topic, string group, string? field = null, string? text = null)
    {
        var fields = new Dictionary<string, string>(Plain);
        foreach (var name in TopicFields)
        {
            fields[name] = name is "c" or "defaultTopic" ? "TBW102" : topic;
        }

        foreach (var name in GroupFields)
        {
            fields[name] = group;
        }

        foreach (var name in OtherNameFields)
        {
            fields[name] = name is "clientID" or "clientId" ? "client@1" : name is "username" ? "nobody" : "x";
        }

        if (field is not null)
        {
            fields[field] = text!;
        }

        var request = RemotingCommand.Request(code, body: Body(code, topic, group));
        foreach (var (name, value) in fields)
        {
            request.AddField(name, value);
        }

        return request;
    }

    public static byte[] Body(int code, string topic, string group) => code switch
    {
        RequestCode.HeartBeat => Json(new HeartbeatData
        {
            ClientId = "client@1",
            ConsumerDataSet = [new ConsumerData { GroupName = group, SubscriptionDataSet = [new SubscriptionData { Topic = topic }] }],
        }),
        RequestCode.LockBatchMq or RequestCode.UnlockBatchMq => Json(new LockBatchRequestBody
        {
            ConsumerGroup = group, ClientId = "client@1", MqSet = [new MessageQueue(topic, "broker-a", 0)],
        }),
        RequestCode.CheckClientConfig => Json(new CheckClientRequestBody { ClientId = "client@1", Group = group, SubscriptionData = new SubscriptionData { Topic = topic } }),
        RequestCode.QueryAssignment => Json(new QueryAssignmentRequestBody { Topic = topic, ConsumerGroup = group, ClientId = "client@1", StrategyName = "AVG" }),
        RequestCode.BatchAckMessage => Json(new BatchAckMessageRequestBody { BrokerName = "broker-a", Acks = [new BatchAck { ConsumerGroup = group, Topic = topic, Retry = "0" }] }),
        RequestCode.UpdateAndCreateSubscriptiongroup => Json(new SubscriptionGroupConfig { GroupName = group }),
        RequestCode.UpdateAndCreateSubscriptiongroupList => Json(new SubscriptionGroupList { GroupConfigList = [new SubscriptionGroupConfig { GroupName = group }] }),
        RequestCode.UpdateAndCreateTopicList => Json(new CreateTopicListRequestBody { TopicConfigList = [new TopicConfig { TopicName = topic }] }),
        RequestCode.SetMessageRequestMode => Json(new SetMessageRequestModeRequestBody { Topic = topic, ConsumerGroup = group }),
        RequestCode.AuthCreateUser or RequestCode.AuthUpdateUser => Json(new UserInfo { Username = "nobody", Password = "secret" }),
        RequestCode.AuthCreateAcl or RequestCode.AuthUpdateAcl => Json(new AclInfo { Subject = "User:nobody" }),
        RequestCode.SendMessage or RequestCode.SendMessageV2 or RequestCode.SendReplyMessage or RequestCode.SendReplyMessageV2 => [1],
        _ => [],
    };

    /// <summary>What came of a request: its code and remark, or that nothing came.</summary>
    public static async Task<(int? Code, string? Remark)> AskAsync(Func<Task<RemotingCommand>> call)
    {
        try
        {
            var answer = await call();
            return (answer.Code, answer.Remark);
        }
        catch (RocketMQ.Remoting.RemotingTimeoutException)
        {
            return (null, "no answer");
        }
    }

    public static string Shown(int? code) => code?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static byte[] Json<TBody>(TBody body) => RemotingJson.Serialize(body);
}
