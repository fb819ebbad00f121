using System.Buffers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Benchmarks.Operations;

/// <summary>A pull of 32 messages from socket to socket, through the whole broker.</summary>
internal sealed class ServedPull : IOperation
{
    private const int Batch = 32;
    private const int SubscriptionFlag = 4;

    private readonly ServedBroker _broker = new();
    private readonly byte[] _frame;

    public ServedPull()
    {
        for (var i = 0; i < Batch; i++)
        {
            _broker.Send();
        }

        var output = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(
            RemotingCommand.Request(RequestCode.PullMessage, new PullMessageRequestHeader
            {
                ConsumerGroup = "benchmark_consumer",
                Topic = Records.Topic,
                MaxMsgNums = Batch,
                SysFlag = SubscriptionFlag,
                Subscription = "*",
                ExpressionType = "TAG",
            }),
            output);
        _frame = output.WrittenSpan.ToArray();
    }

    public bool IsServed => true;

    public void Run() => _broker.Call(_frame);

    public void Dispose() => _broker.Dispose();
}
