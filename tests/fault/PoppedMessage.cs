using System.Globalization;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests;

/// <summary>A popped message and the receipt it is acknowledged by: eight words, the fifth of which tells the topic it really lies in.</summary>
internal sealed record PoppedMessage(StoredMessage Message, string Receipt)
{
    /// <summary>The queue it really lies in.</summary>
    public int QueueId => int.Parse(Receipt.Split(' ')[6], CultureInfo.InvariantCulture);

    /// <summary>The messages of a reply to a pop. Those that come again bring their receipt; for the others the header tells where the pop began.</summary>
    public static List<PoppedMessage> ReadAll(RemotingCommand reply)
    {
        var header = reply.ReadHeader<PopMessageResponseHeader>();
        var starts = (header.StartOffsetInfo ?? "").Split(';').Select(s => s.Split(' ')).Where(s => s.Length == 3).ToDictionary(s => $"{s[0]} {s[1]}", s => s[2]);
        return [.. StoredMessage.ReadAll(System.Buffers.BuffersExtensions.ToArray(reply.Body)).Select(m => new PoppedMessage(m, ReceiptOf(m, header, starts)))];
    }

    public string RealTopic(string group, string topic) => Receipt.Split(' ')[4] switch
    {
        "1" => $"%RETRY%{group}_{topic}",
        "2" => $"%RETRY%{group}+{topic}",
        _ => topic,
    };

    private static string ReceiptOf(StoredMessage message, PopMessageResponseHeader header, Dictionary<string, string> starts) =>
        message.Properties.TryGetValue(PropertyNames.PopCheckPoint, out var receipt)
            ? receipt
            : $"{starts[$"0 {message.QueueId}"]} {header.PopTime} {header.InvisibleTime} {header.ReviveQid} 0 any {message.QueueId} {message.QueueOffset}";
}
