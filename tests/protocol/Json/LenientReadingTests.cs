using System.Buffers;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Tests.Json;

/// <summary>What fastjson and clients in other languages write, and no standard parser takes.</summary>
public sealed class LenientReadingTests
{
    private static readonly MessageQueue Queue = new("T", "b", 0);

    [TestCase("""{"brokerAddrs":{0:"a:1",1:"b:2"}}""")]
    [TestCase("""{"brokerAddrs":{"0":"a:1","1":"b:2"}}""")]
    [TestCase("""{'brokerAddrs':{'0':'a:1','1':'b:2'}}""")]
    [TestCase("""{brokerAddrs:{0:"a:1",1:"b:2"}}""")]
    [TestCase(""" { "brokerAddrs" : { 0 : "a:1" , 1 : "b:2" , } , } trailing """)]
    [TestCase("""{/* the master */"brokerAddrs":{0:"a:1",// the slave"""+"\n"+"""1:"b:2"},"unknown":{"deep":[{},[null]]}}""")]
    public void Integer_keys_may_be_bare_or_quoted_in_any_way(string text) =>
        Assert.That(
            RemotingJson.Deserialize<BrokerData>(text).BrokerAddrs,
            Is.EquivalentTo(new Dictionary<long, string> { [0] = "a:1", [1] = "b:2" }));

    [TestCase("""{"offsetTable":{{"brokerName":"b","queueId":0,"topic":"T"}:7}}""")]
    [TestCase("""{"offsetTable":{{topic:'T',brokerName:'b',queueId:0}:7}}""")]
    [TestCase("""{"offsetTable":{ {"topic":"T", "brokerName":"b", "queueId":0, "x":{"y":[1,"}"]}} : 7 }}""")]
    [TestCase("""{"offsetTable":{"{\"brokerName\":\"b\",\"queueId\":0,\"topic\":\"T\"}":7}}""")]
    [TestCase("""{"offsetTable":{/* { */{"brokerName":"b","queueId":0,"topic":"T"}:7,}}""")]
    public void Keys_that_are_objects_may_be_raw_or_texts(string text) =>
        Assert.That(RemotingJson.Deserialize<ResetOffsetBody>(text).OffsetTable, Is.EquivalentTo(new Dictionary<MessageQueue, long> { [Queue] = 7 }));

    [Test]
    public void Object_keys_stand_in_maps_inside_maps() =>
        Assert.That(
            RemotingJson.Deserialize<GetConsumerStatusBody>("""{"consumerTable":{"c":{{"brokerName":"b","queueId":0,"topic":"T"}:7,{"brokerName":"b","queueId":1,"topic":"T"}:8}}}""")
                .ConsumerTable["c"].Values,
            Is.EqualTo(new[] { 7L, 8L }));

    [Test]
    public void A_topic_with_quotes_and_braces_survives_as_a_key()
    {
        var body = new ResetOffsetBody { OffsetTable = { [new MessageQueue("a\"{}\\'é", "b", 3)] = 1 } };

        foreach (var style in Enum.GetValues<JsonStyle>())
        {
            var text = RemotingJson.SerializeToString(body, style);
            Assert.That(RemotingJson.Deserialize<ResetOffsetBody>(text).OffsetTable, Is.EquivalentTo(body.OffsetTable), text);
        }
    }

    [Test]
    public void Negative_keys_are_keys() =>
        Assert.That(RemotingJson.Deserialize<QueryCorrectionOffsetBody>("""{"correctionOffsets":{-1:5,"-2":6}}""").CorrectionOffsets.Keys, Is.EqualTo(new[] { -1, -2 }));

    [Test]
    public void What_is_missing_or_null_has_its_default()
    {
        var heartbeat = RemotingJson.Deserialize<HeartbeatData>("""{"clientID":null,"producerDataSet":null,"consumerDataSet":[null,{"groupName":"g","subscriptionDataSet":null}]}""");

        Assert.That(heartbeat.ClientId, Is.Empty);
        Assert.That(heartbeat.ProducerDataSet, Is.Empty);
        Assert.That(heartbeat.ConsumerDataSet.Single().MessageModel, Is.EqualTo(MessageModel.Clustering));
        Assert.That(heartbeat.ConsumerDataSet.Single().SubscriptionDataSet, Is.Empty);
        Assert.That(RemotingJson.Deserialize<TopicConfig>("{}"), Has.Property("ReadQueueNums").EqualTo(16).And.Property("Perm").EqualTo(6));
    }

    [Test]
    public void A_null_in_a_map_is_passed_over() =>
        Assert.That(RemotingJson.Deserialize<KVTable>("""{"table":{"a":null,"b":"1"}}""").Table, Is.EquivalentTo(new Dictionary<string, string> { ["b"] = "1" }));

    [Test]
    public void Numbers_and_booleans_are_texts_where_a_text_is_meant() =>
        Assert.That(
            RemotingJson.Deserialize<ConsumerRunningInfo>("""{"properties":{"a":1,"b":true,"c":1.5},"jstack":5}"""),
            Has.Property("Properties").EquivalentTo(new Dictionary<string, string> { ["a"] = "1", ["b"] = "true", ["c"] = "1.5" }).And.Property("Jstack").EqualTo("5"));

    [Test]
    public void Texts_are_numbers_and_booleans_where_those_are_meant() =>
        Assert.That(
            RemotingJson.Deserialize<QueueData>("""{"perm":"6","readQueueNums":"4","brokerName":"b"}"""),
            Is.EqualTo(new QueueData { Perm = 6, ReadQueueNums = 4, BrokerName = "b" }));

    [Test]
    public void A_name_nobody_defined_leaves_the_default()
    {
        var connection = RemotingJson.Deserialize<Connection>("""{"language":"COBOL"}""");
        var consumer = RemotingJson.Deserialize<ConsumerData>("""{"consumeType":"CONSUME_BY_DREAM","messageModel":"BROADCASTING"}""");

        Assert.That(connection.Language, Is.EqualTo(LanguageCode.Other));
        Assert.That(consumer, Has.Property("ConsumeType").EqualTo(ConsumeType.ConsumePassively).And.Property("MessageModel").EqualTo(MessageModel.Broadcasting));
    }

    [Test]
    public void The_heartbeat_of_a_client_in_Go_is_read()
    {
        var heartbeat = RemotingJson.Deserialize<HeartbeatData>(
            """{"clientID":"10.0.0.1@7","producerDataSet":[{"groupName":"pg"}],"consumerDataSet":[{"groupName":"cg","consumeType":"CONSUME_PASSIVELY","messageModel":"Clustering","consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","subscriptionDataSet":[{"classFilterMode":false,"topic":"T","subString":"A || B","tagsSet":["A","B"],"codeSet":["65","66"],"subVersion":17,"expressionType":"TAG"}],"unitMode":false}]}""");

        Assert.That(heartbeat.ConsumerDataSet.Single().SubscriptionDataSet.Single().CodeSet, Is.EquivalentTo(new[] { 65, 66 }));
        Assert.That(heartbeat.ConsumerDataSet.Single().MessageModel, Is.EqualTo(MessageModel.Clustering));
    }

    [Test]
    public void A_body_in_several_segments_is_one_text()
    {
        var first = new Segment("{\"table\":{\"a\":\"\u00e9"u8.ToArray().AsMemory(0, 16));
        var last = first.Append("\u00e9\"}}"u8.ToArray().AsMemory(1));

        Assert.That(
            RemotingJson.Deserialize<KVTable>(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length)).Table["a"], Is.EqualTo("é"));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("\"text\"")]
    [TestCase("{\"offsetTable\":{{\"topic\":\"T\"")]
    [TestCase("{\"offsetTable\":{{}")]
    [TestCase("{\"offsetTable\":{\"T\":1}}")]
    [TestCase("{\"offsetTable\":[1]}")]
    [TestCase("{\"offsetTable\":{{\"queueId\":\"x\"}:1}}")]
    [TestCase("{\"offsetTable\":{{\"queueId\":0}:99999999999999999999}}")]
    public void What_is_not_the_body_is_refused(string text) =>
        Assert.That(() => RemotingJson.Deserialize<ResetOffsetBody>(text), Throws.TypeOf<RemotingJsonException>());

    [Test]
    public void A_refusal_names_the_body_and_the_place() =>
        Assert.That(
            () => RemotingJson.Deserialize<QueueData>("{\"perm\":{}}"),
            Throws.TypeOf<RemotingJsonException>().With.Message.Contains("QueueData").And.Message.Contains("perm").And.Message.Contains("position 9"));

    [TestCase('[')]
    [TestCase('{')]
    public void Deep_nesting_is_refused_without_harm(char open)
    {
        var text = "{\"unknown\":" + string.Concat(Enumerable.Repeat(open == '[' ? "[" : "{\"a\":", 100_000));

        Assert.That(() => RemotingJson.Deserialize<KVTable>(text), Throws.TypeOf<RemotingJsonException>().With.Message.Contains("64"));
    }

    [Test]
    public void Deep_nesting_inside_a_key_is_refused_without_harm() =>
        Assert.That(
            () => RemotingJson.Deserialize<ResetOffsetBody>("{\"offsetTable\":{" + new string('{', 100_000) + new string('}', 100_000) + ":1}}"),
            Throws.TypeOf<RemotingJsonException>());

    [Test]
    public void Nesting_up_to_the_limit_is_read()
    {
        var text = "{\"unknown\":" + new string('[', RemotingJson.MaxDepth - 1) + new string(']', RemotingJson.MaxDepth - 1) + ",\"table\":{\"a\":\"b\"}}";

        Assert.That(RemotingJson.Deserialize<KVTable>(text).Table["a"], Is.EqualTo("b"));
    }

    [Test]
    public void Bytes_that_are_not_UTF_8_are_refused_or_replaced_but_never_a_surprise() =>
        Assert.That(RemotingJson.Deserialize<KVTable>([.. "{\"table\":{\"a\":\""u8, 0xFF, .. "\"}}"u8]).Table["a"], Is.EqualTo("\uFFFD"));

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
