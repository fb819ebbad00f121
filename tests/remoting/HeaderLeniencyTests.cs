using System.Buffers;
using System.Text;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

/// <summary>What other languages' clients write into JSON headers, and what they may not.</summary>
public class HeaderLeniencyTests
{
    [TestCase("""{"code":11,"extFields":{"a":"b"},"flag":0,"language":"JAVA","opaque":7,"serializeTypeCurrentRPC":"JSON","version":467}""")]
    [TestCase("\t{ \"extFields\" :\r\n{ \"a\" : \"b\" } , \"opaque\":7,\n\"code\" : 11 } ")]
    [TestCase("""{"code":"11","opaque":"7","extFields":{"a":"b"}}""")]
    [TestCase("""{"unknown":{"deep":[{"x":[1,2,{"y":null}]},"]}"],"z":true},"code":11,"opaque":7,"extFields":{"a":"b"},"list":[]}""")]
    [TestCase("""{"code":11,"opaque":7,"remark":null,"version":null,"language":null,"extFields":{"n":null,"a":"b"}}""")]
    [TestCase("""{"code":11,"opaque":7,"language":5,"extFields":{"a":"b"}}""")]
    [TestCase("""{"code":11,"opaque":7,"language":"KLINGON","extFields":{"\u0061":"\u0062"}}""")]
    public void A_header_is_read_whatever_its_order_white_space_and_unknown_keys(string json)
    {
        var command = Decode(json);
        Assert.That(command.Code, Is.EqualTo(11));
        Assert.That(command.Opaque, Is.EqualTo(7));
        Assert.That(command.Field("a"u8), Is.EqualTo("b"));
        Assert.That(command.Field("n"u8), Is.Null);
    }

    [TestCase("""5""", "5")]
    [TestCase("""-12.5e3""", "-12.5e3")]
    [TestCase("""true""", "true")]
    [TestCase("""false""", "false")]
    [TestCase("""{"x":[1,2]}""", """{"x":[1,2]}""")]
    [TestCase("\"\"", "")]
    [TestCase("""
        "\"\\\/\b\f\n\r\t\u0001\u00e4"
        """, "\"\\/\b\f\n\r\t\u0001ä")]
    [TestCase("""
        "\uD83D\uDE00"
        """, "\U0001F600")]
    [TestCase("""
        "\uD83Dx"
        """, "\uFFFDx")]
    [TestCase("""
        "\uDE00\uD83D"
        """, "\uFFFD\uFFFD")]
    [TestCase("""
        "原文 ä"
        """, "原文 ä")]
    public void A_field_value_is_read_as_text_and_survives_both_serialisations(string json, string expected)
    {
        var command = Decode($$"""{"code":1,"extFields":{"v":{{json}}},"opaque":1}""");
        Assert.That(command.Field("v"u8), Is.EqualTo(expected));
        foreach (var type in Enum.GetValues<SerializeType>())
        {
            command.SerializeType = type;
            var again = new RemotingCommand();
            Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(RawPeer.Frame(command).AsMemory(4)), again), Is.Null);
            Assert.That(again.Field("v"u8), Is.EqualTo(expected));
        }
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{")]
    [TestCase("{\"code\":1")]
    [TestCase("{\"code\":x}")]
    [TestCase("{\"code\":99999999999}")]
    [TestCase("{\"code\":1,}")]
    [TestCase("{\"code\" 1}")]
    [TestCase("{\"remark\":\"open}")]
    [TestCase("{\"remark\":\"\\u12\"}")]
    [TestCase("{\"remark\":\"\\")]
    [TestCase("{\"extFields\":[]}")]
    [TestCase("{\"extFields\":{\"a\":}}")]
    [TestCase("{\"extFields\":{\"\\uZZZZ\":\"b\"}}")]
    public void A_header_that_is_no_JSON_object_is_refused_with_where_it_broke(string json)
    {
        var error = TryDecode(json, out _);
        Assert.That(error, Does.Contain("the JSON header has no").And.Contain("at byte"));
    }

    [Test]
    public void Endless_nesting_is_refused_and_not_recursed_into()
    {
        var error = TryDecode("{\"x\":" + new string('[', 1_000_000), out _);
        Assert.That(error, Does.Contain("the JSON header has no"));
    }

    [Test]
    public void A_code_that_the_binary_form_has_no_room_for_is_refused_before_anything_is_written()
    {
        var command = RemotingCommand.Request(200_050);
        command.SerializeType = SerializeType.RocketMq;
        var output = new ArrayBufferWriter<byte>();
        Assert.That(() => CommandCodec.Encode(command, output), Throws.InvalidOperationException.With.Message.Contains("JSON"));
        Assert.That(output.WrittenCount, Is.Zero);
    }

    private static RemotingCommand Decode(string json)
    {
        Assert.That(TryDecode(json, out var command), Is.Null);
        return command;
    }

    private static string? TryDecode(string json, out RemotingCommand command)
    {
        var header = Encoding.UTF8.GetBytes(json);
        command = new RemotingCommand();
        byte[] word = [0, (byte)(header.Length >> 16), (byte)(header.Length >> 8), (byte)header.Length];
        return CommandCodec.Decode(new ReadOnlySequence<byte>([.. word, .. header]), command);
    }
}
