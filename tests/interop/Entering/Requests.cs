using System.Buffers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Interop.Tests.Entering;

/// <summary>Frames of single requests, for peers that only carry bytes.</summary>
internal static class Requests
{
    public static byte[] Send(string topic, byte[] body) => Frame(RemotingCommand.Request(
        RequestCode.SendMessageV2,
        new SendMessageRequestHeaderV2
        {
            ProducerGroup = "producers", Topic = topic, DefaultTopic = "TBW102", DefaultTopicQueueNums = 1, QueueId = 0, BornTimestamp = 1_700_000_000_000,
            Properties = PropertyText.ToUtf8([]),
        },
        body));

    public static byte[] Pull(string topic) => Frame(RemotingCommand.Request(
        RequestCode.PullMessage,
        new PullMessageRequestHeader { ConsumerGroup = "consumers", Topic = topic, QueueId = 0, QueueOffset = 0, MaxMsgNums = 32, SysFlag = 4, Subscription = "*" }));

    /// <param name="frame">An answer without its length.</param>
    public static RemotingCommand Answer(byte[]? frame)
    {
        Assert.That(frame, Is.Not.Null, "the connection was closed");
        var answer = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(frame!), answer), Is.Null);
        return answer;
    }

    private static byte[] Frame(RemotingCommand command)
    {
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, output);
        return output.WrittenSpan.ToArray();
    }
}
