using System.Buffers.Binary;
using System.Text;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests;

/// <summary>A field that stands twice could be one thing to who checks it and another to who uses it.</summary>
public class RepeatedFieldTests
{
    [Test]
    public async Task A_field_that_stands_twice_is_refused_by_its_name_and_the_connection_goes_on(
        [Values(SerializeType.Json, SerializeType.RocketMq)] SerializeType type, [Values("topic", "b", "AccessKey", "Überschrift")] string name)
    {
        var served = 0;
        await using var server = await TestServer.StartAsync(new Handler(_ =>
        {
            served++;
            return RemotingCommand.Response(ResponseCode.Success);
        }));
        using var peer = server.Connect();
        var request = RemotingCommand.Request(1);
        request.SerializeType = type;
        request.AddField(name, "mine");
        request.AddField("queueId", "0");
        request.AddField(name, "yours");

        peer.Send(RawPeer.Frame(request));
        var refused = peer.Receive();
        peer.Send(RawPeer.Request(1, 2));
        var next = peer.Receive();

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(refused.Remark, Is.EqualTo($"the field <{name}> stands twice in the header. Send it once."));
        Assert.That((next.Code, served), Is.EqualTo((ResponseCode.Success, 1)));
    }

    [TestCase("""{"code":1,"extFields":{"topic":"a","top\u0069c":"b"},"opaque":7}""", "topic", TestName = "One of them written with an escape")]
    [TestCase("""{"code":1,"extFields":{"topic":"a"},"extFields":{"topic":"b"},"opaque":7}""", "extFields", TestName = "In two sets of fields")]
    [TestCase("""{"code":1,"extFields":{"topic":"a"},"code":1,"opaque":7}""", "code", TestName = "A member of the header itself")]
    [TestCase("""{"code":1,"extFields":{"queueId":1,"queueId":"1"},"opaque":7}""", "queueId", TestName = "A number and a text")]
    public async Task However_it_comes_to_stand_twice(string json, string name)
    {
        await using var server = await TestServer.StartAsync(new Handler(_ => RemotingCommand.Response(ResponseCode.Success)));
        using var peer = server.Connect();

        peer.Send(Frame(json));

        Assert.That(peer.Receive().Remark, Does.StartWith($"the field <{name}> stands twice"));
    }

    [Test]
    public async Task Names_that_differ_in_their_case_are_two_fields_to_everybody()
    {
        string? read = null;
        await using var server = await TestServer.StartAsync(new Handler(request =>
        {
            read = request.Field("topic"u8);
            return RemotingCommand.Response(ResponseCode.Success);
        }));
        using var peer = server.Connect();

        peer.Send(Frame("""{"code":1,"extFields":{"Topic":"a","topic":"b","TOPIC":"c"},"ExtFields":{"topic":"d"},"opaque":7}"""));

        Assert.That((peer.Receive().Code, read), Is.EqualTo((ResponseCode.Success, "b")));
    }

    [TestCase(256, true)]
    [TestCase(257, false)]
    [TestCase(20_000, false)]
    public async Task There_are_only_so_many_fields_in_a_header(int count, bool isServed)
    {
        await using var server = await TestServer.StartAsync(new Handler(_ => RemotingCommand.Response(ResponseCode.Success)));
        using var peer = server.Connect();
        var request = RemotingCommand.Request(1);
        for (var i = 0; i < count; i++)
        {
            request.AddField($"f{i:D6}", "1");
        }

        peer.Send(RawPeer.Frame(request));
        var answer = peer.Receive();

        Assert.That(answer.Code == ResponseCode.Success, Is.EqualTo(isServed), answer.Remark);
        Assert.That(answer.Remark, isServed ? Is.Null : Is.EqualTo($"the header has {count} fields, at most 256 are read. Send fewer."));
    }

    private static byte[] Frame(string json)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var frame = new byte[8 + header.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, 4 + header.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), header.Length);
        header.CopyTo(frame.AsSpan(8));
        return frame;
    }
}
