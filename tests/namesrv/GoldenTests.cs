using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;

namespace RocketMQ.NameServer.Tests;

/// <summary>Apache's brokers and clients talk to this name server as they did to Apache's, frame by frame, and must hear the same.</summary>
public class GoldenTests
{
    [TestCase("49-json")]
    [TestCase("49-rocketmq")]
    [TestCase("53-json")]
    public async Task A_recorded_conversation_gets_the_recorded_answers(string capture)
    {
        await using var server = await TestNameServer.StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
        await socket.ConnectAsync(IPEndPoint.Parse(server.Address));
        var files = Golden.Files(capture).ToList();
        var compared = 0;
        foreach (var file in files.Where(f => f.Contains("_to_namesrv-", StringComparison.Ordinal)))
        {
            var frame = await File.ReadAllBytesAsync(file);
            var request = Golden.Decode(frame);
            if (request.Code == RequestCode.GetNamesrvConfig)
            {
                continue;
            }

            socket.Send(frame);
            if (request.IsOneway)
            {
                // Topics come one way, and routes are read past the queue of changes: wait for it to be empty.
                await server.InvokeAsync(RequestCode.WipeWritePermOfBroker, new Protocol.Headers.WipeWritePermOfBrokerRequestHeader { BrokerName = "none" });
                continue;
            }

            var ours = Golden.Decode(Receive(socket));
            var apache = files.Where(f => f.Contains("namesrv_to_", StringComparison.Ordinal) && string.CompareOrdinal(f, file) > 0)
                .Select(f => Golden.Decode(File.ReadAllBytes(f)))
                .FirstOrDefault(r => r.Opaque == request.Opaque);
            if (apache is not null)
            {
                Compare(Path.GetFileName(file), request, ours, apache);
                compared++;
            }
        }

        Assert.That(compared, Is.EqualTo(files.Count(f => f.Contains("namesrv_to_", StringComparison.Ordinal) && !f.Contains("CONFIG.resp", StringComparison.Ordinal) || f.Contains("KV_CONFIG.resp", StringComparison.Ordinal))));
    }

    private static void Compare(string file, RemotingCommand request, RemotingCommand ours, RemotingCommand apache)
    {
        Assert.That(ours.Code, Is.EqualTo(apache.Code), file);
        Assert.That(ours.Opaque, Is.EqualTo(apache.Opaque), file);
        Assert.That(ours.Flag, Is.EqualTo(apache.Flag), file);
        Assert.That(ours.SerializeType, Is.EqualTo(apache.SerializeType), file);
        Assert.That(ours.Remark?.Split('\n')[0], Is.EqualTo(apache.Remark?.Split('\n')[0]), file);
        Assert.That(ours.Fields?.ToDictionary() ?? [], Is.EqualTo(apache.Fields?.ToDictionary() ?? []), file);
        var ourText = Encoding.UTF8.GetString(ours.Body);
        var apacheText = Encoding.UTF8.GetString(apache.Body);
        if (request.Code == RequestCode.GetAllTopicListFromNameserver)
        {
            Assert.That(Topics(ourText), Is.EquivalentTo(Topics(apacheText)), file);
            return;
        }

        // 4.9 knows of no acting masters.
        Assert.That(apache.Version >= MqVersion.V5_0_0 ? ourText : ourText.Replace(",\"enableActingMaster\":false", "", StringComparison.Ordinal), Is.EqualTo(apacheText), file);
    }

    private static HashSet<string> Topics(string text) => RemotingJson.Deserialize<TopicList>(text).Topics;

    private static byte[] Receive(Socket socket)
    {
        var frame = new byte[4];
        ReceiveExactly(socket, frame);
        Array.Resize(ref frame, 4 + BinaryPrimitives.ReadInt32BigEndian(frame));
        ReceiveExactly(socket, frame.AsSpan(4));
        return frame;
    }

    private static void ReceiveExactly(Socket socket, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var received = socket.Receive(target);
            Assert.That(received, Is.Positive, "the connection was closed");
            target = target[received..];
        }
    }
}
