using System.Buffers;
using RocketMQ.Benchmark.Load;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>Bytes to commands and back.</summary>
internal static class Codec
{
    private const int LengthBytes = 4;

    public static IOperation FrameRead()
    {
        var input = new ReadOnlySequence<byte>(SendFrame());
        return new Plain(() =>
        {
            var buffer = input;
            if (FrameReader.TryRead(ref buffer, FrameReader.DefaultMaxFrameLength, out _, out _) != FrameStatus.Complete)
            {
                throw new InvalidOperationException("The frame is broken.");
            }
        });
    }

    public static IOperation Decode(SerializeType type)
    {
        var frame = new ReadOnlySequence<byte>(SendFrame(type)).Slice(LengthBytes);
        var command = new RemotingCommand();
        return new Plain(() =>
        {
            if (CommandCodec.Decode(frame, command) is { } error)
            {
                throw new InvalidOperationException(error);
            }
        });
    }

    public static IOperation Encode(SerializeType type)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var command = RemotingCommand.Response(0, new SendMessageResponseHeader
        {
            MsgId = "7F00000100002A9F00000000000ED35B", QueueId = 3, QueueOffset = 4711, TransactionId = "0A0000090F2E18B4AAC229C2A1B20000", Region = "DefaultRegion", TraceOn = true,
        });
        command.SerializeType = type;
        return new Plain(() =>
        {
            output.ResetWrittenCount();
            CommandCodec.Encode(command, output);
        });
    }

    public static IOperation ReadSendHeader()
    {
        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(SendFrame()).Slice(LengthBytes), command), Is.Null);
        return new Plain(() => command.ReadHeader<SendMessageRequestHeaderV2>());
    }

    /// <summary>What a Java client sends.</summary>
    private static byte[] SendFrame(SerializeType type = SerializeType.Json)
    {
        var frame = new SendFrame(new Target("", "broker-a", "BenchmarkTest", 4, 4), new MessageShape(), 0);
        var bytes = new byte[frame.Length];
        frame.Write(bytes, Benchmark.Load.SendFrame.FirstOpaque, 1_700_000_000_000, 0);
        if (type == SerializeType.Json)
        {
            return bytes;
        }

        var command = new RemotingCommand();
        Assert.That(CommandCodec.Decode(new ReadOnlySequence<byte>(bytes).Slice(LengthBytes), command), Is.Null);
        command.SerializeType = type;
        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, output);
        return output.WrittenSpan.ToArray();
    }
}
