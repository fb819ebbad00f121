using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Benchmark.Load;

/// <summary>
/// A SEND_MESSAGE_V2 frame as a Java client sends it (JSON header, the same fields), made once. Each message is a copy with its own opaque,
/// birth and unique id.
/// </summary>
internal sealed class SendFrame
{
    /// <summary>Opaques have ten digits throughout, so that they can be written over.</summary>
    public const int FirstOpaque = 1_000_000_000;

    private const int OpaqueMark = 1_111_111_111;
    private const long BornMark = 1_222_222_222_222;
    private const string CounterMark = "CCCCCCCCCCCC";

    private readonly byte[] _frame;
    private readonly int _opaqueAt;
    private readonly int _bornAt;
    private readonly int[] _countersAt;

    public SendFrame(Target target, MessageShape shape, int queueId, int tag = 0, string group = "benchmark_producer")
    {
        // Distinct from run to run: the rest of the id counts messages.
        var uniqueKey = Convert.ToHexString(RandomNumberGenerator.GetBytes(10)) + CounterMark;
        var header = new SendMessageRequestHeaderV2
        {
            ProducerGroup = group,
            Topic = target.Topic,
            DefaultTopic = "TBW102",
            DefaultTopicQueueNums = target.WriteQueues,
            QueueId = queueId,
            SysFlag = shape.IsCompressed ? MessageSysFlag.Compressed : 0,
            BornTimestamp = BornMark,
            Properties = shape.Properties(uniqueKey, tag),
            BrokerName = target.BrokerName,
        };
        var body = shape.Body();
        var command = RemotingCommand.Request(RequestCode.SendMessageV2, header, body);
        command.Language = LanguageCode.Java;
        command.Opaque = OpaqueMark;
        var frame = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, frame);
        _frame = frame.WrittenSpan.ToArray();
        BodyAt = _frame.Length - body.Length;
        _opaqueAt = Find("1111111111"u8, 0);
        _bornAt = Find("1222222222222"u8, 0);
        _countersAt = [.. Counters()];
    }

    public int Length => _frame.Length;

    /// <summary>Where the body begins.</summary>
    public int BodyAt { get; }

    /// <summary>Writes the frame of one message.</summary>
    /// <param name="counter">Tells the messages of a run apart.</param>
    public void Write(Span<byte> destination, int opaque, long bornMs, long counter)
    {
        _frame.CopyTo(destination);
        Utf8Formatter.TryFormat(opaque, destination[_opaqueAt..], out _);
        Utf8Formatter.TryFormat(bornMs, destination[_bornAt..], out _);
        foreach (var at in _countersAt)
        {
            Utf8Formatter.TryFormat(counter, destination.Slice(at, CounterMark.Length), out _, new StandardFormat('X', (byte)CounterMark.Length));
        }
    }

    private IEnumerable<int> Counters()
    {
        for (var at = Find("CCCCCCCCCCCC"u8, 0); at >= 0; at = Find("CCCCCCCCCCCC"u8, at + CounterMark.Length))
        {
            yield return at;
        }
    }

    private int Find(ReadOnlySpan<byte> mark, int from) => _frame.AsSpan(from, Math.Max(0, BodyAt - from)).IndexOf(mark) is var at && at < 0 ? -1 : from + at;
}
