using System.Security.Cryptography;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Names;

/// <summary>Names that were chosen to become paths, lines or other names: whatever request they come with, nothing beside the store is touched and the store serves on.</summary>
public sealed class HostileNameTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(3);

    /// <summary>Which field of which request names what; all of these must refuse what is no name.</summary>
    private static readonly (int Code, string Field)[] Named =
    [
        (RequestCode.SendMessage, "topic"), (RequestCode.SendMessage, "producerGroup"), (RequestCode.SendMessageV2, "b"), (RequestCode.SendMessageV2, "a"),
        (RequestCode.SendMessageV2, "c"), (RequestCode.SendBatchMessage, "b"), (RequestCode.SendReplyMessage, "topic"), (RequestCode.SendReplyMessageV2, "b"),
        (RequestCode.PullMessage, "topic"), (RequestCode.PullMessage, "consumerGroup"), (RequestCode.LitePullMessage, "topic"),
        (RequestCode.PopMessage, "topic"), (RequestCode.PopMessage, "consumerGroup"), (RequestCode.PeekMessage, "topic"), (RequestCode.AckMessage, "topic"),
        (RequestCode.AckMessage, "consumerGroup"), (RequestCode.ChangeMessageInvisibletime, "topic"), (RequestCode.Notification, "topic"),
        (RequestCode.PollingInfo, "topic"), (RequestCode.ConsumerSendMsgBack, "group"), (RequestCode.ConsumerSendMsgBack, "originTopic"),
        (RequestCode.EndTransaction, "producerGroup"), (RequestCode.EndTransaction, "topic"), (RequestCode.RecallMessage, "topic"),
        (RequestCode.QueryMessage, "topic"), (RequestCode.ViewMessageById, "topic"), (RequestCode.QueryConsumerOffset, "topic"),
        (RequestCode.QueryConsumerOffset, "consumerGroup"), (RequestCode.UpdateConsumerOffset, "topic"), (RequestCode.UpdateConsumerOffset, "consumerGroup"),
        (RequestCode.GetMaxOffset, "topic"), (RequestCode.GetMinOffset, "topic"), (RequestCode.SearchOffsetByTimestamp, "topic"),
        (RequestCode.GetEarliestMsgStoretime, "topic"), (RequestCode.UnregisterClient, "clientID"), (RequestCode.UnregisterClient, "consumerGroup"),
        (RequestCode.GetConsumerListByGroup, "consumerGroup"), (RequestCode.UpdateAndCreateTopic, "topic"), (RequestCode.DeleteTopicInBroker, "topic"),
        (RequestCode.GetTopicConfig, "topic"), (RequestCode.GetTopicStatsInfo, "topic"), (RequestCode.QueryTopicConsumeByWho, "topic"),
        (RequestCode.DeleteSubscriptiongroup, "groupName"), (RequestCode.GetSubscriptiongroupConfig, "group"), (RequestCode.QueryTopicsByConsumer, "group"),
        (RequestCode.QuerySubscriptionByConsumer, "group"), (RequestCode.UpdateAndGetGroupForbidden, "topic"), (RequestCode.InvokeBrokerToResetOffset, "topic"),
        (RequestCode.InvokeBrokerToResetOffset, "group"), (RequestCode.CloneGroupOffset, "destGroup"), (RequestCode.CloneGroupOffset, "topic"),
        (RequestCode.QueryCorrectionOffset, "topic"), (RequestCode.QueryConsumeTimeSpan, "topic"), (RequestCode.QueryConsumeQueue, "topic"),
        (RequestCode.QueryConsumeQueue, "consumerGroup"), (RequestCode.GetConsumeStats, "topic"), (RequestCode.GetConsumeStats, "consumerGroup"),
        (RequestCode.GetConsumerConnectionList, "consumerGroup"), (RequestCode.GetProducerConnectionList, "producerGroup"),
        (RequestCode.GetConsumerRunningInfo, "consumerGroup"), (RequestCode.GetConsumerRunningInfo, "clientId"),
        (RequestCode.ConsumeMessageDirectly, "consumerGroup"), (RequestCode.InvokeBrokerToGetConsumerStatus, "topic"),
        (RequestCode.GetQueueLockHolder, "topic"), (RequestCode.ResumeCheckHalfMessage, "topic"), (RequestCode.AuthCreateUser, "username"),
    ];

    private static readonly int[] NamedInBodies =
    [
        RequestCode.HeartBeat, RequestCode.LockBatchMq, RequestCode.UnlockBatchMq, RequestCode.CheckClientConfig, RequestCode.QueryAssignment,
        RequestCode.BatchAckMessage, RequestCode.UpdateAndCreateSubscriptiongroup, RequestCode.UpdateAndCreateSubscriptiongroupList,
        RequestCode.UpdateAndCreateTopicList, RequestCode.SetMessageRequestMode,
    ];

    private TestFolder _folder = null!;
    private TestBroker _broker = null!;

    private string Store => _folder.File("store");

    private string Victim => _folder.File("victim");

    [SetUp]
    public async Task StartAsync()
    {
        _folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(Victim, "deep"));
        await File.WriteAllTextAsync(Path.Combine(Victim, "deep", "kept.txt"), "precious");
        _broker = await TestBroker.StartAsync(options => options with { RecallMessageEnable = true }, store => store with { EnableLmq = true, EnableMultiDispatch = true }, directory: Store);
        Assert.That((await _broker.SendAsync("orders", [7])).Code, Is.EqualTo(ResponseCode.Success));
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Deleting_a_topic_never_deletes_a_directory([Values("absolute", "relative", "log", "self", "empty")] string kind)
    {
        var name = kind switch
        {
            "absolute" => Victim,
            "relative" => "../../victim",
            "log" => "../commitlog",
            "self" => ".",
            _ => "",
        };

        var answer = await _broker.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = name });

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(File.ReadAllText(Path.Combine(Victim, "deep", "kept.txt")), Is.EqualTo("precious"));
        Assert.That(Directory.GetFiles(Path.Combine(Store, "commitlog")), Is.Not.Empty);
        await ServesAsync();
    }

    [Test]
    public async Task Deleting_by_what_is_no_name_touches_nothing_whatever_is_deleted()
    {
        var before = Outside();
        string[] more = ["/", "\\", "C:\\", "orders/../../victim", "%RETRY%../../victim", "%LMQ%../../victim", "%DLQ%" + Victim, "ordеrs", "ｏrders", "orders\0", new('x', 4_000_000)];
        var done = new List<string>();
        foreach (var name in Hostile().Concat(more))
        {
            await RefusedAsync(RequestCode.DeleteTopicInBroker, ResponseCode.InvalidParameter, ("topic", name));
            await RefusedAsync(RequestCode.DeleteSubscriptiongroup, ResponseCode.SubscriptionGroupNotExist, ("groupName", name), ("cleanOffset", "true"));

            // A user's name becomes no path: it may be refused as none, or be nobody's.
            await AskAsync(Fields(RequestCode.AuthDeleteUser, ("username", name)));
            await AskAsync(Fields(RequestCode.AuthDeleteAcl, ("subject", $"User:{name}")));
            await AskAsync(Fields(RequestCode.AuthDeleteAcl, ("subject", $"User:{name}"), ("resource", $"Topic:{name}")));
        }

        Assert.That(done, Is.Empty);
        Assert.That(Outside(), Is.EqualTo(before), "beside the store");
        Assert.That(Directory.GetFiles(Path.Combine(Store, "commitlog")), Is.Not.Empty);

        // A legal name that reads like an escaped path is a topic that is not there.
        Assert.That((await _broker.CallAsync(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "..%2fvictim" })).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(Outside(), Is.EqualTo(before), "beside the store");
        await ServesAsync();

        async Task RefusedAsync(int code, int expected, params (string Name, string Value)[] fields)
        {
            var (answer, remark) = await AskAsync(Fields(code, fields));
            if (answer != expected)
            {
                done.Add($"{AnyRequest.Codes[code]} '{fields[0].Value[..Math.Min(fields[0].Value.Length, 20)]}': {AnyRequest.Shown(answer)} {remark}");
            }
        }
    }

    [Test]
    public async Task What_is_no_name_in_a_file_is_left_out_and_all_else_is_there()
    {
        await _broker.CreateTopicAsync("payments");
        await _broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "workers" });
        await _broker.DisposeAsync();
        Replace("topics.json", "\"payments\"", "\"../../victim\"");
        Replace("subscriptionGroup.json", "\"workers\"", "\"work/ers\"");

        _broker = await TestBroker.StartAsync(directory: Store);
        var topics = (await _broker.CallAsync(RequestCode.GetAllTopicConfig)).ReadBody<TopicConfigSerializeWrapper>().TopicConfigTable;
        var groups = (await _broker.CallAsync(RequestCode.GetAllSubscriptiongroupConfig)).ReadBody<SubscriptionGroupWrapper>().SubscriptionGroupTable;

        Assert.That(topics.Keys, Does.Contain("orders").And.None.Contains("victim"));
        Assert.That(groups, Is.Not.Empty);
        Assert.That(groups.Keys, Has.None.Contains("/"));
        await ServesAsync();

        void Replace(string file, string text, string by)
        {
            var path = Path.Combine(Store, "config", file);
            var content = File.ReadAllText(path);
            Assert.That(content, Does.Contain(text));
            File.WriteAllText(path, content.Replace(text, by, StringComparison.Ordinal));
        }
    }

    [Test]
    public async Task Every_request_that_names_something_refuses_what_is_no_name()
    {
        var before = Outside();
        var taken = new List<string>();
        foreach (var (code, field) in Named)
        {
            foreach (var name in Hostile())
            {
                var (answer, remark) = await AskAsync(AnyRequest.Make(code, "orders", "readers", field, name));

                // What a client may call itself is wider: no path is made of it.
                var isLegalHere = field is "clientID" or "clientId" or "username" && !name.Any(c => char.IsControl(c) || c is '\u202e' or '\u2028') && name.Length < 500 && name is not ("." or "..");
                if (answer != (IsGroup(field) ? ResponseCode.SubscriptionGroupNotExist : ResponseCode.InvalidParameter) && !isLegalHere)
                {
                    taken.Add($"{AnyRequest.Codes[code]}.{field} = '{name[..Math.Min(name.Length, 20)]}': {AnyRequest.Shown(answer)} {remark}");
                }
            }
        }

        foreach (var code in NamedInBodies)
        {
            foreach (var name in Hostile())
            {
                foreach (var (topic, group) in (ValueTuple<string, string>[])[(name, "readers"), ("orders", name)])
                {
                    var isAbsent = string.IsNullOrWhiteSpace(name)
                        || (topic == name && code is RequestCode.UpdateAndCreateSubscriptiongroup or RequestCode.UpdateAndCreateSubscriptiongroupList)
                        || (group == name && code == RequestCode.UpdateAndCreateTopicList);
                    var request = RemotingCommand.Request(code, body: AnyRequest.Body(code, topic, group));
                    var (answer, remark) = await AskAsync(request);
                    if (answer != ResponseCode.InvalidParameter && !isAbsent)
                    {
                        taken.Add($"{AnyRequest.Codes[code]} body {topic}/{group}: {AnyRequest.Shown(answer)} {remark}");
                    }
                }
            }
        }

        Assert.That(taken, Is.Empty);
        Assert.That(Outside(), Is.EqualTo(before), "beside the store");
        await ServesAsync();

        // Queues reach the disk with the next flush, and all of them with the stop.
        await _broker.Client.DisposeAsync();
        await _broker.Server.DisposeAsync();
        Assert.That(Directory.GetDirectories(Path.Combine(Store, "consumequeue")).Select(Path.GetFileName), Is.EqualTo(new[] { "orders" }));
    }

    [Test]
    public async Task No_request_whatsoever_touches_anything_beside_the_store()
    {
        var before = Outside();
        var fields = AnyRequest.TopicFields.Concat(AnyRequest.GroupFields).Concat(AnyRequest.OtherNameFields).ToList();
        var random = new Random(11);
        foreach (var code in AnyRequest.Codes.Keys)
        {
            var calls = fields.SelectMany(field => Hostile().OrderBy(_ => random.Next()).Take(4).Select(name => (Field: field, Name: name)))
                .Select(each => AskAsync(AnyRequest.Make(code, "orders", "readers", each.Field, each.Name)));
            await Task.WhenAll(calls);
        }

        Assert.That(Outside(), Is.EqualTo(before), "beside the store");
        await _broker.CreateTopicAsync("orders");
        await ServesAsync();
    }

    [Test]
    public async Task A_name_inside_a_message_is_no_way_either()
    {
        var before = Outside();
        foreach (var property in (string[])["REAL_TOPIC", "RETRY_TOPIC", "INNER_MULTI_DISPATCH", "PGROUP", "CLUSTER", "REPLY_TO_CLIENT"])
        {
            foreach (var name in Hostile().Where(name => name.Length < 1000 && name.All(c => c > 2)))
            {
                await _broker.SendAsync("orders", [1], properties: [new(property, name), new("REAL_QID", "0"), new("DELAY", "1")]);
                await _broker.SendAsync("orders", [1], properties: [new("INNER_MULTI_DISPATCH", $"%LMQ%fine,%LMQ%{name},%LMQ%x/../../../victim/{property}")]);
                await _broker.SendAsync("orders", [1], properties: [new(property, name), new("REAL_QID", "0"), new("TRAN_MSG", "true")], sysFlag: 4);
            }
        }

        foreach (var own in (string[])["rmq_sys_wheel_timer", "rmq_sys_REVIVE_LOG_DefaultCluster", "SCHEDULE_TOPIC_XXXX", "RMQ_SYS_TRANS_HALF_TOPIC"])
        {
            var sent = await _broker.SendAsync(own, [1], properties: [new("REAL_TOPIC", Victim), new("REAL_QID", "0")]);
            Assert.That(sent.Code, Is.EqualTo(ResponseCode.NoPermission), own);
        }

        Assert.That(Outside(), Is.EqualTo(before), "beside the store");
        await ServesAsync();
    }

    /// <summary>A consumer group that can't be is one that is not there, as Apache's broker says it; see <c>IllegalNameException</c>.</summary>
    private static bool IsGroup(string field) => field is "consumerGroup" or "group" or "groupName" or "srcGroup" or "destGroup" or "compareGroup";

    private string[] Hostile() =>
    [
        Victim, "../../victim", "../commitlog", "..", ".", "../", "a/b", "..\\victim", "a\0b", "a\nb", "orders ", " orders", "оrders", "消息", "orders\u202e",
        "orders\u2028x", "\u001b[2J", new('x', 10_000),
    ];

    private static RemotingCommand Fields(int code, params (string Name, string Value)[] fields)
    {
        var request = RemotingCommand.Request(code);
        foreach (var (name, value) in fields)
        {
            request.AddField(name, value);
        }

        return request;
    }

    private Task<(int? Code, string? Remark)> AskAsync(RemotingCommand request) =>
        AnyRequest.AskAsync(() => _broker.Client.InvokeAsync(_broker.Address, request, Wait));

    /// <summary>The store as clients see it: what was sent is there, and more can be sent.</summary>
    private async Task ServesAsync()
    {
        var sent = await _broker.SendAsync("orders", [8]);
        var pulled = TestBroker.Messages(await _broker.PullAsync("orders", 0, 0, group: "lookers"));

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        Assert.That(pulled, Is.Not.Empty);
    }

    /// <summary>Everything beside the store, by path and content.</summary>
    private string[] Outside() =>
    [
        .. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(Store, StringComparison.Ordinal))
            .Select(path => File.Exists(path) ? $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}" : path).Order(StringComparer.Ordinal),
    ];
}
