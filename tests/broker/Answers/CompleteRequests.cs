using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Answers;

/// <summary>A request of every code with all that its header and body are to hold, about a topic and a group that exist.</summary>
/// <param name="Topic">Two messages in queue 0.</param>
/// <param name="Group">Has committed offset 1 of queue 0.</param>
/// <param name="PhysicalOffset">Of the first message.</param>
/// <param name="MessageId">The offset message id of the first message.</param>
/// <param name="Receipt">Of the first message, popped.</param>
internal sealed record CompleteRequests(string Topic, string Group, long PhysicalOffset, string MessageId, string Receipt)
{
    private const string Pull = "consumerGroup={group} topic={topic} queueId=0 queueOffset=0 maxMsgNums=32 sysFlag=4 commitOffset=0 suspendTimeoutMillis=0 subVersion=0 subscription=*";
    private const string CreateTopic = "topic={topic} defaultTopic=TBW102 readQueueNums=4 writeQueueNums=4 perm=6 topicFilterType=SINGLE_TAG topicSysFlag=0 order=false";
    private const string Send = "a=producers b={topic} c=TBW102 d=4 e=0 f=0 g=1700000000000 h=0";
    private const string Reply = "REPLY_TO_CLIENT\u0001nobody\u0002";

    private static readonly Dictionary<int, string> Headers = new()
    {
        [10] = "producerGroup=producers topic={topic} defaultTopic=TBW102 defaultTopicQueueNums=4 queueId=0 sysFlag=0 bornTimestamp=1700000000000 flag=0",
        [11] = Pull,
        [12] = "topic={topic} key=k1 maxNum=32 beginTimestamp=0 endTimestamp=9000000000000",
        [14] = "consumerGroup={group} topic={topic} queueId=0",
        [15] = "consumerGroup={group} topic={topic} queueId=0 commitOffset=1",
        [17] = CreateTopic,
        [29] = "topic={topic} queueId=0 timestamp=1",
        [30] = "topic={topic} queueId=0",
        [31] = "topic={topic} queueId=0",
        [32] = "topic={topic} queueId=0",
        [33] = "offset={offset}",
        [35] = "clientID=c producerGroup=producers consumerGroup={group}",
        [36] = "offset={offset} group={group} delayLevel=0 originMsgId=x originTopic={topic}",
        [37] = "producerGroup=producers tranStateTableOffset=0 commitLogOffset={offset} commitOrRollback=8 msgId=x",
        [38] = "consumerGroup={group}",
        [202] = "topic={topic}",
        [203] = "consumerGroup={group}",
        [204] = "producerGroup=nobody",
        [207] = "groupName={group}",
        [208] = "consumerGroup={group}",
        [215] = "topic={topic}",
        [222] = "topic={topic} group={group} timestamp=1 isForce=true",
        [223] = "topic={topic} group={group}",
        [300] = "topic={topic}",
        [303] = "topic={topic} group={group}",
        [307] = "consumerGroup={group} clientId=c",
        [308] = "compareGroup={group} topic={topic}",
        [309] = "consumerGroup={group} clientId=c msgId={id} brokerName=broker-a",
        [310] = Send,
        [314] = "srcGroup={group} destGroup={group}2 topic={topic} offline=true",
        [315] = "statsName=TOPIC_PUT_NUMS statsKey={topic}",
        [317] = "isOrder=false",
        [320] = Send + " m=true",
        [321] = "topic={topic} queueId=0 index=0 count=4",
        [323] = "topic={topic} msgId={id}",
        [324] = "producerGroup=producers topic=DefaultCluster_REPLY_TOPIC defaultTopic=TBW102 defaultTopicQueueNums=4 queueId=0 sysFlag=0 bornTimestamp=1700000000000 flag=0 properties=" + Reply,
        [325] = Send.Replace("{topic}", "DefaultCluster_REPLY_TOPIC", StringComparison.Ordinal) + " i=" + Reply,
        [343] = "group={group}",
        [345] = "group={group} topic={topic}",
        [351] = "topic={topic}",
        [352] = "group={group}",
        [353] = "group={group} topic={topic} readable=true",
        [354] = "topic={topic} checkStoreTime=0",
        [355] = "configType=topics",
        [361] = Pull,
        [370] = "producerGroup=producers topic={topic} recallHandle=x",
        [513] = CreateTopic,
        [905] = "minBrokerId=0 brokerName=broker-a minBrokerAddr=127.0.0.1:1 haBrokerAddr=127.0.0.1:2",
        [906] = "masterHaAddress=127.0.0.1:2 masterFlushOffset=0 masterAddress=127.0.0.1:1",
        [908] = "masterFlushOffset=0",
        [1008] = "masterAddress=127.0.0.1:1 masterEpoch=1 syncStateSetEpoch=1 masterBrokerId=1",
        [200050] = "consumerGroup={group} topic={topic} queueId=0 maxMsgNums=1 invisibleTime=60000 pollTime=0 bornTime=0 initMode=0",
        [200051] = "consumerGroup={group} topic={topic} queueId=0 extraInfo={receipt} offset=0",
        [200052] = "topic={topic} queueId=0 maxMsgNums=1 consumerGroup={group}",
        [200053] = "consumerGroup={group} topic={topic} queueId=0 extraInfo={receipt} offset=0 invisibleTime=60000",
        [200054] = "consumerGroup={group} topic={topic} queueId=0 pollTime=0 bornTime=0",
        [200055] = "consumerGroup={group} topic={topic} queueId=0",
    };

    /// <summary>The request, without one field if asked to, or without all.</summary>
    public RemotingCommand Build(int code, bool withFields = true, string? without = null, bool withBody = true)
    {
        var request = RemotingCommand.Request(code, body: withBody ? Body(code) : []);
        foreach (var (name, value) in withFields ? FieldsOf(code) : [])
        {
            if (name != without)
            {
                request.AddField(name, value);
            }
        }

        return request;
    }

    private IEnumerable<(string Name, string Value)> FieldsOf(int code) => Headers.GetValueOrDefault(code, "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(field => field.Split('=', 2))
        .Select(field => (field[0], field[1]
            .Replace("{topic}", Topic, StringComparison.Ordinal)
            .Replace("{group}", Group, StringComparison.Ordinal)
            .Replace("{offset}", $"{PhysicalOffset}", StringComparison.Ordinal)
            .Replace("{id}", MessageId, StringComparison.Ordinal)
            .Replace("{receipt}", Receipt, StringComparison.Ordinal)));

    private byte[] Body(int code) => code switch
    {
        RequestCode.SendMessage or RequestCode.SendMessageV2 or RequestCode.SendReplyMessage or RequestCode.SendReplyMessageV2 => "hello"u8.ToArray(),
        RequestCode.SendBatchMessage => Batch(),
        RequestCode.UpdateAndCreateTopicList => RemotingJson.Serialize(new CreateTopicListRequestBody
        {
            TopicConfigList = [new TopicConfig { TopicName = Topic, ReadQueueNums = 4, WriteQueueNums = 4, Perm = 6 }],
        }),
        RequestCode.UpdateBrokerConfig => "longPollingEnable=true\n"u8.ToArray(),
        RequestCode.HeartBeat => RemotingJson.Serialize(new HeartbeatData { ClientId = "c" }),
        RequestCode.LockBatchMq or RequestCode.UnlockBatchMq => RemotingJson.Serialize(new LockBatchRequestBody
        {
            ClientId = "c", ConsumerGroup = Group, MqSet = [new MessageQueue(Topic, "broker-a", 0)],
        }),
        RequestCode.CheckClientConfig => RemotingJson.Serialize(new CheckClientRequestBody
        {
            ClientId = "c", Group = Group, SubscriptionData = new SubscriptionData { Topic = Topic, SubString = "a > 1", ExpressionType = "SQL92" },
        }),
        RequestCode.UpdateAndCreateSubscriptiongroup => RemotingJson.Serialize(new SubscriptionGroupConfig { GroupName = Group }),
        RequestCode.UpdateAndCreateSubscriptiongroupList => RemotingJson.Serialize(new SubscriptionGroupList
        {
            GroupConfigList = [new SubscriptionGroupConfig { GroupName = Group }],
        }),
        RequestCode.QueryAssignment => RemotingJson.Serialize(new QueryAssignmentRequestBody
        {
            Topic = Topic, ConsumerGroup = Group, ClientId = "c", StrategyName = "AVG", MessageModel = MessageModel.Clustering,
        }),
        RequestCode.SetMessageRequestMode => RemotingJson.Serialize(new SetMessageRequestModeRequestBody { Topic = Topic, ConsumerGroup = Group }),
        RequestCode.UpdateColdDataFlowCtrConfig => Encoding.UTF8.GetBytes($"{Group}=1048576\n"),
        RequestCode.RemoveColdDataFlowCtrConfig => Encoding.UTF8.GetBytes(Group),
        RequestCode.BatchAckMessage => "{\"acks\":[],\"brokerName\":\"broker-a\"}"u8.ToArray(),
        RequestCode.AuthCreateUser or RequestCode.AuthUpdateUser => "{\"username\":\"u\",\"password\":\"p\"}"u8.ToArray(),
        RequestCode.AuthCreateAcl or RequestCode.AuthUpdateAcl => "{}"u8.ToArray(),
        RequestCode.NotifyBrokerRoleChanged => "{\"syncStateSet\":[1],\"syncStateSetEpoch\":1}"u8.ToArray(),
        _ => [],
    };

    private static byte[] Batch()
    {
        var body = new ArrayBufferWriter<byte>();
        BatchBody.Write(body, 0, "one"u8, []);
        BatchBody.Write(body, 0, "two"u8, []);
        return body.WrittenSpan.ToArray();
    }
}
