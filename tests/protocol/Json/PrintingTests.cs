using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Tests.Json;

public sealed class PrintingTests
{
    [TestCase(0.0, "0.0")]
    [TestCase(-0.0, "-0.0")]
    [TestCase(1.0, "1.0")]
    [TestCase(0.3000060001200024, "0.3000060001200024")]
    [TestCase(0.001, "0.001")]
    [TestCase(0.00099, "9.9E-4")]
    [TestCase(9999999.0, "9999999.0")]
    [TestCase(1e7, "1.0E7")]
    [TestCase(123456789.125, "1.23456789125E8")]
    [TestCase(-2.5e-10, "-2.5E-10")]
    [TestCase(1e22, "1.0E22")]
    [TestCase(double.MaxValue, "1.7976931348623157E308")]
    public void Doubles_are_printed_as_Java_prints_them(double value, string printed) =>
        Assert.That(RemotingJson.SerializeToString(new ConsumeStats { ConsumeTps = value }), Does.Contain($"\"consumeTps\":{printed},"));

    [Test]
    public void A_double_that_is_no_number_is_null() =>
        Assert.That(RemotingJson.SerializeToString(new ConsumeStats { ConsumeTps = double.NaN }), Does.Contain("\"consumeTps\":null,"));

    [TestCase(JsonStyle.Compact, "\"a/\\\"\\\\\\n\\u0001\\u007F\\u2028é消\"")]
    [TestCase(JsonStyle.Standard, "\"a\\/\\\"\\\\\\n\\u0001\\u007F\\u2028\\u00E9\\u6D88\"")]
    public void Texts_are_escaped_as_fastjson_escapes_them(JsonStyle style, string printed) =>
        Assert.That(
            RemotingJson.SerializeToString(new TopicList { BrokerAddr = "a/\"\\\n\u0001\u007F\u2028é消" }, style), Is.EqualTo($$"""{"brokerAddr":{{printed}},"topicList":[]}"""));

    [Test]
    public void Standard_JSON_quotes_every_key() =>
        Assert.That(
            RemotingJson.SerializeToString(new ResetOffsetBody { OffsetTable = { [new MessageQueue("T", "b", 0)] = 7 } }, JsonStyle.Standard),
            Is.EqualTo("""{"offsetTable":{"{\"brokerName\":\"b\",\"queueId\":0,\"topic\":\"T\"}":7}}"""));

    [Test]
    public void Pretty_sets_stay_on_one_line_and_lists_do_not() =>
        Assert.That(
            RemotingJson.SerializeToString(
                new Dictionary<string, object> { ["set"] = new HashSet<string> { "a", "b" }, ["list"] = new List<int> { 1, 2 }, ["array"] = new[] { 1, 2 }, ["empty"] = new Dictionary<int, long>() },
                JsonStyle.Pretty),
            Is.EqualTo("{\n\t\"set\":[\"a\",\"b\"],\n\t\"list\":[\n\t\t1,\n\t\t2\n\t],\n\t\"array\":[1,2],\n\t\"empty\":{}\n}"));

    [Test]
    public void Bytes_are_UTF_8_without_a_mark() =>
        Assert.That(RemotingJson.Serialize(new TopicList { BrokerAddr = "é" }), Is.EqualTo("{\"brokerAddr\":\"é\",\"topicList\":[]}"u8.ToArray()));
}
