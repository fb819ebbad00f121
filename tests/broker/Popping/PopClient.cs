using System.Globalization;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Popping;

/// <summary>Pops and acknowledges as clients do: receipts are worked out from a reply's header where a record brings none.</summary>
internal static class PopClient
{
    public static async Task<Popped> PopAsync(
        this TestBroker broker, string topic, int queueId = -1, string group = "poppers", int count = 32, long invisibleMs = 60_000,
        long pollMs = 0, string? expression = "*", string type = "TAG", bool order = false, string? attemptId = null, long bornTime = 0, int initMode = 0) =>
        new(await broker.CallAsync(RequestCode.PopMessage, new PopMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = topic,
            QueueId = queueId,
            MaxMsgNums = count,
            InvisibleTime = invisibleMs,
            PollTime = pollMs,
            BornTime = bornTime,
            InitMode = initMode,
            ExpType = type,
            Exp = expression,
            Order = order,
            AttemptId = attemptId,
        }));

    public static Task<RemotingCommand> AckAsync(this TestBroker broker, PoppedMessage message, string group = "poppers") =>
        broker.CallAsync(RequestCode.AckMessage, new AckMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = message.RealTopic(group),
            QueueId = message.Message.QueueId,
            ExtraInfo = message.Receipt,
            Offset = message.Message.QueueOffset,
        });

    public static Task<RemotingCommand> ChangeInvisibleAsync(this TestBroker broker, PoppedMessage message, long invisibleMs, string group = "poppers") =>
        broker.CallAsync(RequestCode.ChangeMessageInvisibletime, new ChangeInvisibleTimeRequestHeader
        {
            ConsumerGroup = group,
            Topic = message.RealTopic(group),
            QueueId = message.Message.QueueId,
            ExtraInfo = message.Receipt,
            Offset = message.Message.QueueOffset,
            InvisibleTime = invisibleMs,
        });

    /// <summary>Sends messages with bodies 0, 1, 2 … to one queue.</summary>
    public static async Task SendManyAsync(this TestBroker broker, string topic, int count, int queueId = 0)
    {
        for (var i = 0; i < count; i++)
        {
            await broker.SendAsync(topic, [(byte)i], queueId);
        }
    }
}

/// <summary>A reply to a pop.</summary>
internal sealed class Popped
{
    public Popped(RemotingCommand response)
    {
        Response = response;
        Messages = [.. TestBroker.Messages(response).Select(m => new PoppedMessage(m, Receipt(m)))];
    }

    public RemotingCommand Response { get; }

    public int Code => Response.Code;

    /// <summary>A refusal has none.</summary>
    public PopMessageResponseHeader Header => field ??= Response.ReadHeader<PopMessageResponseHeader>();

    public List<PoppedMessage> Messages { get; }

    public IEnumerable<int> Bodies => Messages.Select(m => (int)m.Message.Body[0]);

    private string Receipt(StoredMessage message)
    {
        if (message.Properties.TryGetValue("POP_CK", out var receipt))
        {
            return receipt;
        }

        var flag = Broker.Popping.PopTopics.FlagOf(message.Topic);
        var start = Header.StartOffsetInfo!.Split(';').Select(s => s.Split(' '))
            .Single(s => s[0] == flag && s[1] == message.QueueId.ToString(CultureInfo.InvariantCulture))[2];
        return $"{start} {Header.PopTime} {Header.InvisibleTime} {Header.ReviveQid} {flag} broker-a {message.QueueId} {message.QueueOffset}";
    }
}

internal sealed record PoppedMessage(StoredMessage Message, string Receipt)
{
    public string RealTopic(string group) => Receipt.Split(' ')[4] switch
    {
        "1" => $"%RETRY%{group}_{Message.Topic}",
        "2" => $"%RETRY%{group}+{Message.Topic}",
        _ => Message.Topic,
    };
}
