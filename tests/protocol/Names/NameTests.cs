using System.Text;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;
using RocketMQ.Protocol.Tests.Headers;

namespace RocketMQ.Protocol.Tests.Names;

public sealed class NameTests
{
    /// <summary>Texts in requests that name nothing, and what they are instead. What is not here is a name and declared as one.</summary>
    private static readonly Dictionary<string, string> NoNames = new()
    {
        ["attributes"] = "changes of attributes that are known by name",
        ["boundaryType"] = "a word of two",
        ["brokerControllerIdsToClean"] = "numbers, joined by semicolons, parsed",
        ["configType"] = "words that are known",
        ["dataVersion"] = "numbers, compared",
        ["exp"] = "an expression, up to a length",
        ["expType"] = "a word of two",
        ["expressionType"] = "a word of two",
        ["extraInfo"] = "a receipt: numbers, compared with what is kept",
        ["filter"] = "looked for in the names of users",
        ["filterGroups"] = "several, joined by commas, compared with names there are",
        ["i"] = "properties, checked one by one",
        ["knownTableVersion"] = "compared",
        ["key"] = "of messages: hashed and compared",
        ["msgId"] = "parsed, or compared",
        ["originMsgId"] = "kept in the message as a property",
        ["policyType"] = "a word of two",
        ["properties"] = "properties, checked one by one",
        ["recallHandle"] = "parsed and checked part by part",
        ["registerCheckCode"] = "compared, up to a length; the address in it is checked",
        ["resourceFilter"] = "looked for in the names of resources",
        ["statsKey"] = "of a counter: looked up",
        ["statsName"] = "of a counter: looked up",
        ["subjectFilter"] = "looked for in the names of users",
        ["subscription"] = "an expression, up to a length",
        ["topicFilterType"] = "a word of two",
        ["topicList"] = "topics, joined by semicolons, compared with names there are",
        ["transactionId"] = "compared",
        ["value"] = "of a key: counted by its length",
    };

    /// <summary>The same of bodies.</summary>
    private static readonly Dictionary<string, string> NoNamesInBodies = new()
    {
        ["PolicyInfo.PolicyType"] = "a word of two",
        ["PolicyEntryInfo.Actions"] = "words that are known",
        ["PolicyEntryInfo.SourceIps"] = "parsed as addresses",
        ["PolicyEntryInfo.Decision"] = "a word of two",
        ["BatchAck.Retry"] = "0, 1 or 2",
        ["SubscriptionData.SubString"] = "an expression, up to a length",
        ["SubscriptionData.TagsSet"] = "tags, up to a heartbeat's size",
        ["SubscriptionData.ExpressionType"] = "a word of two",
        ["SimpleSubscriptionData.Expression"] = "an expression, up to a length",
        ["SimpleSubscriptionData.ExpressionType"] = "a word of two, up to a length",
        ["TopicConfig.Attributes"] = "attributes that are known by name",
        ["SubscriptionGroupConfig.Attributes"] = "groups have none",
        ["QueryAssignmentRequestBody.StrategyName"] = "compared with those there are",
        ["UserInfo.Password"] = "a secret, up to a length, shown to nobody",
        ["UserInfo.UserType"] = "a word of two",
        ["UserInfo.UserStatus"] = "a word of two",

        // A name server's answer: the broker makes tables of its brokers' names alone.
        ["TopicRouteData.OrderTopicConf"] = "for clients",
        ["TopicRouteData.FilterServerTable"] = "for clients",
        ["TopicRouteData.TopicQueueMappingByBroker"] = "for clients",
        ["TopicQueueMappingInfo.Topic"] = "for clients",
        ["TopicQueueMappingInfo.Scope"] = "for clients",
        ["TopicQueueMappingInfo.Bname"] = "for clients",
        ["BrokerData.Cluster"] = "for clients",
        ["BrokerData.BrokerName"] = "for clients",
        ["BrokerData.BrokerAddrs"] = "for clients",
        ["BrokerData.ZoneName"] = "for clients",
    };

    private static readonly string[] Hostile =
    [
        ".", "..", "../commitlog", "..\\commitlog", "/etc", "/", "a/b", "a\\b", "\\\\host\\share", "C:\\x", "a\0b", "\0", "a\nb", "a\rb", "\u007f", "\u001b[31m",
        "orders ", " orders", "or ders", "\t", "оrders", "ｏrders", "orders\u200b", "\u202eorders", "消息", "orders\u2028", new('x', 256), new('x', 10_000),
    ];

    [TestCase("TopicTest")]
    [TestCase("a")]
    [TestCase("%RETRY%group")]
    [TestCase("%RETRY%group_topic")]
    [TestCase("%RETRY%group+topic")]
    [TestCase("%DLQ%group")]
    [TestCase("%LMQ%123")]
    [TestCase("DefaultCluster_REPLY_TOPIC")]
    [TestCase("rmq_sys_REVIVE_LOG_DefaultCluster")]
    [TestCase("rmq_sys_SYNC_BROKER_MEMBER_broker-a.example")]
    [TestCase("SCHEDULE_TOPIC_XXXX")]
    [TestCase("MQ_INST_1_x%orders")]
    [TestCase("a|b-c_d%e")]
    [TestCase("%2e%2e")]
    [TestCase("...")]
    public void What_Apache_makes_and_accepts_is_a_topic(string name)
    {
        Assert.That(TopicName.Parse(name).Value, Is.EqualTo(name));
        Assert.That(GroupName.TryParse(name, out _));
    }

    [TestCaseSource(nameof(Hostile))]
    public void What_is_no_name_is_refused_on_one_line(string name)
    {
        Assert.Multiple(() =>
        {
            Assert.That(TopicName.TryParse(name, out _), Is.False);
            Assert.That(GroupName.TryParse(name, out _), Is.False);
            Assert.That(
                () => TopicName.Parse(name),
                Throws.TypeOf<IllegalNameException>().With.Property(nameof(HeaderFieldException.Code)).EqualTo(ResponseCode.InvalidParameter)
                    .And.Message.StartsWith("The specified topic ").And.Message.Matches(@"^[^\p{C}\u2028\u2029]*$").And.Message.Length.LessThan(1000));
        });
    }

    [Test]
    public void A_name_too_long_is_told_the_limit_and_the_way_out() => Assert.That(
        () => TopicName.Parse(new string('x', 300)),
        Throws.TypeOf<IllegalNameException>().With.Message.EqualTo("The specified topic is longer than topic max length 255: it has 300 bytes. Choose a shorter name."));

    [Test]
    public void Whatever_is_a_topic_is_one_file_name_and_one_word()
    {
        var random = new Random(7);
        var directory = Path.Combine(Path.GetTempPath(), "store");
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = new byte[random.Next(1, 8)];
            random.NextBytes(bytes);
            var text = random.Next(3) == 0 ? Encoding.UTF8.GetString(bytes) : Encoding.ASCII.GetString([.. bytes.Select(b => (byte)(b % 0x60 + 0x20))]);
            if (random.Next(8) == 0)
            {
                text = "../" + text;
            }

            if (TopicName.TryParse(text, out var name))
            {
                var path = Path.GetFullPath(Path.Combine(directory, name));
                Assert.That(Path.GetDirectoryName(path), Is.EqualTo(directory), text);
                Assert.That(Path.GetFileName(path), Is.EqualTo(text));
                Assert.That(text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)), Is.False, text);
            }
        }
    }

    /// <summary>Behind the decoder a text of a request is a legal name, or it is in the list above with what it is: there is no third.</summary>
    [Test]
    public void Every_text_of_a_request_s_header_is_declared_as_a_name_or_known_to_be_none()
    {
        var undeclared = new List<string>();
        var texts = new HashSet<string>();
        foreach (var type in typeof(ICommandHeader).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ICommandHeader)) && IsSentToServers(type)))
        {
            var declared = new Dictionary<string, string>();
            var names = new Dictionary<string, NameKind>();
            var recorder = new FieldRecorder(declared, names);
            ((ICommandHeader)Activator.CreateInstance(type)!).Fields(ref recorder);
            foreach (var field in declared.Where(each => each.Value.StartsWith("text", StringComparison.Ordinal) && !names.ContainsKey(each.Key)).Select(each => each.Key))
            {
                texts.Add(field);
                if (!NoNames.ContainsKey(field))
                {
                    undeclared.Add($"{type.Name}.{field}");
                }
            }
        }

        Assert.That(undeclared, Is.Empty);
        Assert.That(NoNames.Keys.Except(texts), Is.Empty, "listed, though there is no such text");
    }

    /// <summary>Each text that a body holds, at whatever depth, is made illegal in turn: the body is refused, or the text is listed with what it is.</summary>
    [Test]
    public void Every_text_of_a_body_that_servers_read_is_checked_as_a_name_or_known_to_be_none()
    {
        var taken = new List<string>();
        var found = new HashSet<string>();
        foreach (var type in typeof(INamingBody).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(INamingBody))))
        {
            foreach (var (path, leaf, body) in BodyTexts.EachMadeIllegal(type))
            {
                found.Add(leaf);
                if (!NoNamesInBodies.ContainsKey(leaf) && !IsRefused(body))
                {
                    taken.Add(path);
                }
            }
        }

        Assert.That(string.Join("\n", taken), Is.Empty);
        Assert.That(NoNamesInBodies.Keys.Except(found), Is.Empty, "listed, though there is no such text");
    }

    [Test]
    public void A_header_with_an_illegal_name_is_refused_where_it_is_read([ValueSource(nameof(Hostile))] string name)
    {
        var command = new RemotingCommand();
        command.AddField("topic", name);

        Assert.That(() => command.ReadHeader<DeleteTopicRequestHeader>(), Throws.TypeOf<IllegalNameException>());
        Assert.That(() => command.ReadHeader<GetMinOffsetRequestHeader>(), Throws.TypeOf<IllegalNameException>());
    }

    [Test]
    public void A_name_that_is_expected_may_be_left_out() =>
        Assert.That(new RemotingCommand().ReadHeader<DeleteTopicRequestHeader>().Topic, Is.Empty);

    [Test]
    public void A_body_with_an_illegal_name_is_refused_where_it_is_read([ValueSource(nameof(Hostile))] string name)
    {
        Assert.Multiple(() =>
        {
            Refused(new HeartbeatData { ClientId = "c", ConsumerDataSet = [new ConsumerData { GroupName = name }] });
            Refused(new HeartbeatData { ClientId = "c", ProducerDataSet = [new ProducerData { GroupName = name }] });
            Refused(new LockBatchRequestBody { ConsumerGroup = name });
            Refused(new LockBatchRequestBody { ConsumerGroup = "g", MqSet = [new MessageQueue(name, "b", 0)] });
            Refused(new BatchAckMessageRequestBody { Acks = [new BatchAck { ConsumerGroup = "g", Topic = name }] });
            Refused(new BatchAckMessageRequestBody { Acks = [new BatchAck { ConsumerGroup = name, Topic = "t" }] });
            Refused(new QueryAssignmentRequestBody { Topic = name, ConsumerGroup = "g" });
            Refused(new QueryAssignmentRequestBody { Topic = "t", ConsumerGroup = name });
            Refused(new CheckClientRequestBody { Group = name });
            Refused(new SubscriptionGroupConfig { GroupName = name });
            Refused(new SubscriptionGroupList { GroupConfigList = [new SubscriptionGroupConfig { GroupName = name }] });
            Refused(new CreateTopicListRequestBody { TopicConfigList = [new TopicConfig { TopicName = name }] });
            Refused(new SetMessageRequestModeRequestBody { Topic = name });
            Refused(new SetMessageRequestModeRequestBody { ConsumerGroup = name });
            Refused(new UnregisterClientBody { ProducerGroup = name });
            Refused(new UnregisterClientBody { ConsumerGroup = name });
        });
    }

    [TestCase("10.0.0.1@4711#unit", true)]
    [TestCase("fe80::1%eth0@/opt/app", true)]
    [TestCase("Büro-PC@1", true)]
    [TestCase("10.0.0.1@1\n2026-01-01 INFO forged", false)]
    [TestCase("10.0.0.1@1\u202e", false)]
    public void A_client_s_id_is_any_text_of_one_line(string id, bool isLegal) => Assert.That(NameRule.IsLegal(NameKind.Client, id), Is.EqualTo(isLegal));

    [TestCase("plain", "plain")]
    [TestCase("a\nb\r\tc", "a\\nb\\r\\tc")]
    [TestCase("\u001b[2J", "\\u001b[2J")]
    [TestCase("x\u2028y\u0085z\u202e", "x\\u2028y\\u0085z\\u202e")]
    [TestCase("消息 é", "消息 é")]
    public void Text_of_others_is_shown_on_one_line(string text, string shown) => Assert.That(PlainText.Of(text), Is.EqualTo(shown));

    /// <summary>All but answers and what brokers tell clients.</summary>
    private static bool IsSentToServers(Type header) => !header.Name.EndsWith("ResponseHeader", StringComparison.Ordinal)
        && header.Name is not (nameof(ReplyMessageRequestHeader) or nameof(CheckTransactionStateRequestHeader) or nameof(SendMessageRefusedHeader) or nameof(NotifyConsumerIdsChangedRequestHeader));

    private static bool IsRefused(object body)
    {
        try
        {
            ((INamingBody)body).CheckNames();
            return false;
        }
        catch (IllegalNameException)
        {
            return true;
        }
    }

    private static void Refused<TBody>(TBody body)
    {
        var command = new RemotingCommand { Body = new(RemotingJson.Serialize(body)) };
        Assert.That(() => command.ReadBody<TBody>(), Throws.TypeOf<IllegalNameException>(), typeof(TBody).Name);
    }
}
