using System.Net;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Tests;

/// <summary>Appends and reads as a test says it.</summary>
internal static class Messages
{
    public static readonly MessageHost Client = MessageHost.From(new IPEndPoint(IPAddress.Parse("10.0.0.9"), 40404));
    public static readonly MessageHost Broker = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 10911));

    public static AppendResult Append(
        this MessageStore store, string topic, int queueId, string body, string properties = "", int sysFlag = 0) =>
        store.Append(topic, queueId, Encoding.UTF8.GetBytes(body), properties, sysFlag);

    public static AppendResult Append(
        this MessageStore store, string topic, int queueId, byte[] body, string properties = "", int sysFlag = 0) =>
        store.Append(new MessageDraft
        {
            Topic = topic,
            QueueId = queueId,
            SysFlag = sysFlag,
            BornTimestamp = 1,
            BornHost = Client,
            StoreHost = Broker,
            Body = body,
            Properties = Encoding.UTF8.GetBytes(properties),
        });

    public static List<string> Bodies(this MessageStore store, string topic, int queueId, long offset = 0)
    {
        var bodies = new List<string>();
        while (true)
        {
            using var result = store.Get(topic, queueId, offset, 32);
            if (result.Status != GetStatus.FOUND)
            {
                return bodies;
            }
            for (var i = 0; i < result.Count; i++)
            {
                Assert.That(MessageRecord.TryRead(result[i], out var record), Is.EqualTo(RecordReadStatus.Ok));
                Assert.That(record.QueueOffset, Is.EqualTo(result.QueueOffsetAt(i)));
                bodies.Add(Encoding.UTF8.GetString(record.Body));
            }
            offset = result.NextBeginOffset;
        }
    }
}
