using System.Buffers;
using System.Buffers.Text;
using System.Text;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Timing;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>Alice, who may do all to orders and readers, tries to reach payments by what is in a request beside the fields that are looked at.</summary>
public sealed class AttackTests
{
    private static readonly byte[] Theirs = "theirs"u8.ToArray();

    private GuardedBroker _guarded = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _guarded = await GuardedBroker.StartAsync(options => options with { RecallMessageEnable = true }, store => store with { TimerPrecisionMs = 100, EnableLmq = true, EnableMultiDispatch = true });
        await _guarded.AddUserAsync("alice", "Topic:orders", "Group:readers");
        await _guarded.SendAsync("root", "orders", "mine"u8.ToArray());
        await _guarded.SendAsync("root", "payments", Theirs, new KeyValuePair<string, string>("KEYS", "k1"));
    }

    [TearDown]
    public async Task StopAsync() => await _guarded.DisposeAsync();

    [Test]
    public async Task The_long_and_the_short_names_of_a_field_are_two_fields(
        [Values(RequestCode.SendMessage, RequestCode.SendMessageV2)] int code,
        [Values("topic", "b", "Topic", "TOPIC", "B", "topic ", " b")] string decoy,
        [Values(SerializeType.Json, SerializeType.RocketMq)] SerializeType type)
    {
        var own = code == RequestCode.SendMessage ? "topic" : "b";
        var stolen = Sending(own == decoy ? "orders" : "payments");
        stolen.AddField(decoy, own == decoy ? "payments" : "orders");
        var honest = Sending("orders");
        if (decoy != own)
        {
            honest.AddField(decoy, "payments");
        }

        Assert.That((await _guarded.AskAsync("alice", stolen)).Code, Is.EqualTo(decoy == own ? ResponseCode.SystemError : ResponseCode.NoPermission));
        Assert.That((await _guarded.AskAsync("alice", honest)).Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(await CountAsync("payments"), Is.EqualTo(1));

        RemotingCommand Sending(string topic)
        {
            var request = RemotingCommand.Request(code, body: (byte[])[1]);
            request.SerializeType = type;
            (string Name, string Value)[] fields = code == RequestCode.SendMessage
                ? [("producerGroup", "p"), ("topic", topic), ("defaultTopic", "TBW102"), ("defaultTopicQueueNums", "1"), ("queueId", "0"), ("sysFlag", "0"), ("bornTimestamp", "1"), ("flag", "0")]
                : [("a", "p"), ("b", topic), ("c", "TBW102"), ("d", "1"), ("e", "0"), ("f", "0"), ("g", "1"), ("h", "0")];
            foreach (var (name, value) in fields)
            {
                request.AddField(name, value);
            }

            return request;
        }
    }

    [Test]
    public async Task A_namespace_beside_or_in_a_topic_makes_it_no_other()
    {
        foreach (var topic in (string[])["ns%payments", "orders%payments", "payments%orders", "%payments", "Orders"])
        {
            Assert.That((await PullAsync("alice", topic)).Code, Is.EqualTo(ResponseCode.NoPermission), topic);
        }

        var request = Pulling("orders");
        foreach (var (name, value) in (ValueTuple<string, string>[])[("ns", "payments"), ("nsd", "true"), ("lo", "false"), ("bname", "broker-a"), ("oway", "true")])
        {
            request.AddField(name, value);
        }

        Assert.That(Bodies(await _guarded.AskAsync("alice", request)), Is.EqualTo(new[] { "mine" }));
    }

    [Test]
    public async Task Messages_in_a_batch_go_where_the_batch_goes_whatever_they_say()
    {
        foreach (var properties in Destinations())
        {
            var batch = new ArrayBufferWriter<byte>();
            BatchBody.Write(batch, 0, [1], Encoding.UTF8.GetBytes(properties));
            await _guarded.AskAsync("alice", RequestCode.SendBatchMessage, TestBroker.SendHeader("orders", 0), batch.WrittenSpan.ToArray());
        }

        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
    }

    /// <summary>Half messages, delayed ones and timers wait elsewhere and carry where they go: what a client writes there is not that.</summary>
    [Test]
    public async Task A_message_that_waits_goes_where_it_was_sent_whatever_it_says([Values("TRAN_MSG\u0001true", "DELAY\u00011", "TIMER_DELAY_MS\u0001300")] string waiting)
    {
        var sent = 0;
        foreach (var properties in Destinations())
        {
            var header = TestBroker.SendHeader("orders", 0, sysFlag: waiting.StartsWith("TRAN", StringComparison.Ordinal) ? 4 : 0);
            header.Properties = Encoding.UTF8.GetBytes($"{properties}\u0002UNIQ_KEY\u0001u{sent}\u0002{waiting}\u0002PGROUP\u0001p\u0002");
            var answer = await _guarded.AskAsync("alice", RequestCode.SendMessageV2, header, (byte[])[1]);
            if (answer.Code == ResponseCode.Success)
            {
                sent++;
                var stored = answer.ReadHeader<SendMessageResponseHeader>();
                Assert.That(OffsetMessageId.TryParse(stored.MsgId, out _, out var offset));
                await _guarded.AskAsync("alice", RequestCode.EndTransaction, new EndTransactionRequestHeader
                {
                    Topic = "orders", ProducerGroup = "p", TranStateTableOffset = stored.QueueOffset, CommitLogOffset = offset, CommitOrRollback = 8, MsgId = "x",
                });
            }
        }

        Assert.That(sent, Is.Positive);
        await Eventually.GetAsync(async () => await CountAsync("orders") >= 1 + sent ? "" : null, "all that was sent");
        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
    }

    [Test]
    public void What_is_hidden_is_found_again_whatever_stood_in_its_place()
    {
        string[] words = ["REAL_TOPIC", "REAL_QID", "payments", "7", "\u0001", "\u0002", "x"];
        var random = new Random(3);
        for (var i = 0; i < 100_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(words.Length)]));
            var draft = new MessageDraft { Topic = "orders", QueueId = 3, Properties = Encoding.UTF8.GetBytes(text) };
            RealDestination.Hide(ref draft, "elsewhere", 0);
            var stored = new byte[PropertyText.JoinedLength(draft.Properties, draft.MoreProperties)];
            PropertyText.WriteJoined(stored, draft.Properties, draft.MoreProperties);

            Assert.That((RealDestination.TryRead(stored, out var topic, out var queueId), topic, queueId), Is.EqualTo((true, "orders", 3)), text.Replace('\u0001', '=').Replace('\u0002', ';'));
        }
    }

    [Test]
    public async Task A_receipt_of_another_topic_acknowledges_nothing_there()
    {
        var popped = await PopAsync("root", "payments", "payers", 1_000);
        var message = TestBroker.Messages(popped).Single();
        var header = popped.ReadHeader<PopMessageResponseHeader>();
        var receipt = $"0 {header.PopTime} {header.InvisibleTime} {header.ReviveQid} 0 broker-a 0 0";
        foreach (var (topic, group) in (ValueTuple<string, string>[])[("orders", "readers"), ("payments", "readers"), ("orders", "payers"), ("payments", "payers")])
        {
            var isOwn = (topic, group) == ("orders", "readers");
            var acknowledged = await _guarded.AskAsync("alice", RequestCode.AckMessage, new AckMessageRequestHeader { ConsumerGroup = group, Topic = topic, ExtraInfo = receipt });
            var changed = await _guarded.AskAsync("alice", RequestCode.ChangeMessageInvisibletime, new ChangeInvisibleTimeRequestHeader
            {
                ConsumerGroup = group, Topic = topic, ExtraInfo = receipt, InvisibleTime = 3_600_000,
            });
            var batch = await _guarded.AskAsync("alice", RequestCode.BatchAckMessage, null, new BatchAckMessageRequestBody
            {
                BrokerName = "broker-a",
                Acks = [new BatchAck { ConsumerGroup = "readers", Topic = "orders", Retry = "0" }, new BatchAck { ConsumerGroup = group, Topic = topic, Retry = "0", BitSet = [1], PopTime = header.PopTime, InvisibleTime = 1_000 }],
            });

            foreach (var answer in (RemotingCommand[])[acknowledged, changed, batch])
            {
                Assert.That(answer.Code == ResponseCode.NoPermission, Is.EqualTo(!isOwn), $"{topic} {group}: {answer.Remark}");
            }
        }

        var again = await Eventually.GetAsync(
            async () => TestBroker.Messages(await PopAsync("root", "payments", "payers", 60_000)).FirstOrDefault(), "what nobody acknowledged");
        Assert.That(again.Body.ToArray(), Is.EqualTo(message.Body.ToArray()));
    }

    [TestCase("orders", null)]
    [TestCase("payments", "Get on Topic:payments")]
    [TestCase("%RETRY%readers+payments", "Get on Topic:payments")]
    [TestCase("%RETRY%payers", "Get on Group:payers")]
    [TestCase("%DLQ%readers", "Get on Topic:%DLQ%readers")]
    public async Task Keys_and_places_are_looked_up_in_topics_one_may_read(string topic, string? needed)
    {
        await _guarded.SendAsync("root", "%RETRY%readers+payments", Theirs, new KeyValuePair<string, string>("KEYS", "k1"));
        ICommandHeader[] asked =
        [
            new QueryMessageRequestHeader { Topic = topic, Key = "k1", MaxNum = 32, EndTimestamp = long.MaxValue },
            new ViewMessageRequestHeader { Topic = topic }, new SearchOffsetRequestHeader { Topic = topic }, new GetTopicStatsInfoRequestHeader { Topic = topic },
        ];
        foreach (var header in asked)
        {
            var code = header switch
            {
                QueryMessageRequestHeader => RequestCode.QueryMessage,
                ViewMessageRequestHeader => RequestCode.ViewMessageById,
                SearchOffsetRequestHeader => RequestCode.SearchOffsetByTimestamp,
                _ => RequestCode.GetTopicStatsInfo,
            };
            var answer = await _guarded.AskAsync("alice", code, header);

            Assert.That(answer.Code == ResponseCode.NoPermission, Is.EqualTo(needed is not null), answer.Remark);
            Assert.That(answer.Remark ?? "", Does.Contain(code == RequestCode.QueryMessage && needed is not null ? needed.Replace("Get", "Sub or Get") : needed ?? ""));
            Assert.That(Encoding.UTF8.GetString(answer.Body), Does.Not.Contain("theirs"));
        }
    }

    [Test]
    public async Task A_list_of_topics_is_looked_at_one_by_one()
    {
        foreach (var (list, isLet) in (ValueTuple<string, bool>[])[("orders", true), ("orders;payments", false), ("payments", false), (" payments , orders", false), (";,", true)])
        {
            var answer = await _guarded.AskAsync("alice", RequestCode.GetConsumeStats, new GetConsumeStatsRequestHeader { ConsumerGroup = "readers", TopicList = list });

            Assert.That(answer.Code == ResponseCode.Success, Is.EqualTo(isLet), $"{list}: {answer.Remark}");
        }
    }

    [Test]
    public async Task A_handle_takes_back_what_it_is_of_and_nothing_else()
    {
        var sent = (await _guarded.AskAsync("root", RequestCode.SendMessageV2, TestBroker.SendHeader("payments", 0, [new("TIMER_DELAY_MS", "1500"), new("UNIQ_KEY", "P1")]), Theirs)).ReadHeader<SendMessageResponseHeader>();
        var own = (await _guarded.AskAsync("alice", RequestCode.SendMessageV2, TestBroker.SendHeader("orders", 0, [new("TIMER_DELAY_MS", "1500"), new("UNIQ_KEY", "O1")]), (byte[])[1])).ReadHeader<SendMessageResponseHeader>();
        var handle = RecallHandle.TryParse(own.RecallHandle!)!;
        foreach (var (topic, text, code) in (ValueTuple<string, string, int>[])
        [
            ("payments", sent.RecallHandle!, ResponseCode.NoPermission), ("orders", sent.RecallHandle!, ResponseCode.IllegalOperation),
            ("orders", Handle("x\u0002TIMER_DEL_UNIQKEY\u0001payments+P1\u0002"), ResponseCode.IllegalOperation),
            ("orders", Handle("x\u0002REAL_TOPIC\u0001payments\u0002"), ResponseCode.IllegalOperation),
        ])
        {
            var answer = await _guarded.AskAsync("alice", RequestCode.RecallMessage, new RecallMessageRequestHeader { ProducerGroup = "p", Topic = topic, RecallHandle = text });

            Assert.That(answer.Code, Is.EqualTo(code), answer.Remark);
        }

        await Eventually.GetAsync(async () => await CountAsync("payments") == 2 ? "" : null, "the timer that was not alice's");

        string Handle(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"v1 orders {handle.BrokerName} {handle.DeliverMs} {key}"));
    }

    [Test]
    public async Task A_light_queue_s_property_lists_a_message_in_no_topic()
    {
        foreach (var listed in (string[])["payments", "%LMQ%a,payments", "payments,%LMQ%a", "%LMQ%../payments", "%RETRY%payers"])
        {
            await _guarded.SendAsync("alice", "orders", [1], new("INNER_MULTI_DISPATCH", listed), new("INNER_MULTI_QUEUE_OFFSET", "0,0"));
        }

        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
        Assert.That((await PullAsync("alice", "%LMQ%a")).Code, Is.EqualTo(ResponseCode.NoPermission));
    }

    [Test]
    public async Task What_is_asked_without_waiting_for_an_answer_is_asked_about_as_well()
    {
        var header = TestBroker.SendHeader("payments", 0);
        await _guarded.ClientOf("alice").InvokeOnewayAsync(_guarded.Broker.Address, RemotingCommand.Request(RequestCode.SendMessageV2, header, (byte[])[1]));
        await _guarded.ClientOf("alice").InvokeOnewayAsync(_guarded.Broker.Address, RemotingCommand.Request(RequestCode.DeleteTopicInBroker, new DeleteTopicRequestHeader { Topic = "payments" }));
        await PullAsync("alice", "orders");

        Assert.That(await CountAsync("payments"), Is.EqualTo(1));
    }

    [TestCase("orders")]
    [TestCase("payments")]
    public async Task Whose_half_message_it_is_is_asked_before_it_is_checked_again(string named)
    {
        var sent = await _guarded.AskAsync(
            "root", RequestCode.SendMessageV2, TestBroker.SendHeader("payments", 0, [new("TRAN_MSG", "true"), new("PGROUP", "payers"), new("UNIQ_KEY", "p1")], sysFlag: 4), Theirs);
        var header = new ResumeCheckHalfMessageRequestHeader { Topic = named, MsgId = sent.ReadHeader<SendMessageResponseHeader>().MsgId };

        var answer = await _guarded.AskAsync("alice", RequestCode.ResumeCheckHalfMessage, header);

        Assert.That(answer.Code, Is.EqualTo(ResponseCode.NoPermission), answer.Remark);
    }

    [Test]
    public async Task Others_offsets_are_not_moved()
    {
        await _guarded.AskAsync("root", RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "payers" });
        var done = await _guarded.AskAsync("root", RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader { ConsumerGroup = "payers", Topic = "payments", QueueId = 0, CommitOffset = 1 });
        Assert.That(done.Code, Is.EqualTo(ResponseCode.Success), done.Remark);
        foreach (var (topic, group) in (ValueTuple<string, string>[])[("payments", "payers"), ("payments", "readers"), ("orders", "payers"), ("payments", ""), ("", "payers")])
        {
            var reset = await _guarded.AskAsync("alice", RequestCode.InvokeBrokerToResetOffset, new ResetOffsetRequestHeader { Topic = topic, Group = group, QueueId = 0, Offset = 0, Timestamp = -1, IsForce = true });
            var committed = await _guarded.AskAsync("alice", RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader { Topic = topic, ConsumerGroup = group });
            var deleted = group == "payers" ? await _guarded.AskAsync("alice", RequestCode.DeleteSubscriptiongroup, new DeleteSubscriptionGroupRequestHeader { GroupName = group, CleanOffset = true }) : committed;

            Assert.That(((RemotingCommand[])[reset, committed, deleted]).Select(answer => answer.Code), Has.All.EqualTo(ResponseCode.NoPermission), $"{topic} {group}");
        }

        var left = await _guarded.AskAsync("root", RequestCode.QueryConsumerOffset, new QueryConsumerOffsetRequestHeader { ConsumerGroup = "payers", Topic = "payments" });
        Assert.That(left.ReadHeader<QueryConsumerOffsetResponseHeader>().Offset, Is.EqualTo(1));
    }

    /// <summary>Properties that say where else to go: once, twice, without end, cut in the middle.</summary>
    private static string[] Destinations() =>
    [
        "REAL_TOPIC\u0001payments\u0002REAL_QID\u00010", "REAL_TOPIC\u0001orders\u0002REAL_TOPIC\u0001payments\u0002REAL_QID\u00010\u0002REAL_QID\u00010",
        "REAL_TOPIC\u0001\u0002REAL_TOPIC\u0001payments", "\u0002\u0002REAL_TOPIC\u0001payments\u0001orders", "RETRY_TOPIC\u0001payments", "x\u0001REAL_TOPIC\u0001payments",
        "INNER_MULTI_DISPATCH\u0001payments", "%RETRY_TOPIC%\u0001payments", "DUP_INFO\u0001x_1\u0002REAL_TOPIC\u0001payments",
    ];

    private static RemotingCommand Pulling(string topic) => RemotingCommand.Request(RequestCode.PullMessage, new PullMessageRequestHeader
    {
        ConsumerGroup = "readers", Topic = topic, MaxMsgNums = 32, SysFlag = 4, Subscription = "*",
    });

    private Task<RemotingCommand> PullAsync(string user, string topic) => _guarded.AskAsync(user, Pulling(topic));

    private Task<RemotingCommand> PopAsync(string user, string topic, string group, long invisibleMs) => _guarded.AskAsync(user, RequestCode.PopMessage, new PopMessageRequestHeader
    {
        ConsumerGroup = group, Topic = topic, QueueId = 0, MaxMsgNums = 1, InvisibleTime = invisibleMs, Exp = "*",
    });

    private async Task<int> CountAsync(string topic) => Bodies(await PullAsync("root", topic)).Length;

    private static string[] Bodies(RemotingCommand answer) => [.. TestBroker.Messages(answer).Select(message => Encoding.UTF8.GetString(message.Body.ToArray()))];
}
