using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Benchmark.Load;

/// <summary>Pulls the queues of a topic from their beginning, one request at a time; at the end of the last one it begins again.</summary>
internal sealed class QueueDrain(Target target, string group, int batchSize)
{
    /// <summary>A subscription comes with the request; nothing is waited for.</summary>
    private const int SubscriptionFlag = 4;

    private readonly ArrayBufferWriter<byte> _output = new();
    private int _opaque;

    /// <summary>Blocks: give it a thread.</summary>
    /// <exception cref="BenchmarkException">The topic holds no message, or the broker refuses.</exception>
    public void Run(Budget budget, Tally tally)
    {
        using var connection = new RawConnection(target.Address, isEncrypted: target.IsEncrypted);
        using var ended = budget.Ended.Register(connection.Shutdown);
        try
        {
            for (long before = -1; tally.Completed > before; )
            {
                before = Math.Max(0, tally.Completed);
                for (var queue = 0; queue < target.ReadQueues; queue++)
                {
                    if (!Drain(connection, queue, budget, tally))
                    {
                        return;
                    }
                }
            }

            throw new BenchmarkException($"Topic {target.Topic} holds no messages: fill it first, with the producer mode or --fill.");
        }
        catch (SocketException) when (budget.Ended.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    /// <returns>False when the budget is used up.</returns>
    private bool Drain(RawConnection connection, int queue, Budget budget, Tally tally)
    {
        var offset = 0L;
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            var reply = Pull(connection, queue, offset);
            var next = reply.Number("\"nextBeginOffset\":"u8);
            switch (reply.Code)
            {
                case ResponseCode.Success:
                    var messages = Count(reply.Body);
                    tally.Complete(Stopwatch.GetElapsedTime(started), messages);
                    if (!budget.TrySpend(messages))
                    {
                        return false;
                    }

                    break;
                case ResponseCode.PullNotFound:
                case ResponseCode.PullOffsetMoved when next <= offset:
                    return true;
                case ResponseCode.PullOffsetMoved or ResponseCode.PullRetryImmediately:
                    break;
                default:
                    throw new BenchmarkException($"{target.Address} refuses to be pulled from: {reply.Explain()}");
            }

            offset = next;
        }
    }

    private RawReply Pull(RawConnection connection, int queue, long offset)
    {
        var command = RemotingCommand.Request(RequestCode.PullMessage, new PullMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = target.Topic,
            QueueId = queue,
            QueueOffset = offset,
            MaxMsgNums = batchSize,
            SysFlag = SubscriptionFlag,
            SuspendTimeoutMillis = 15_000,
            Subscription = "*",
            ExpressionType = "TAG",
            BrokerName = target.BrokerName,
        });
        command.Language = LanguageCode.Java;
        command.Opaque = ++_opaque;
        _output.ResetWrittenCount();
        CommandCodec.Encode(command, _output);
        connection.Send(_output.WrittenSpan);
        ReadOnlySpan<byte> frame;
        while (!connection.TryTake(out frame))
        {
            if (!connection.Receive())
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }
        }

        return new RawReply(frame);
    }

    /// <summary>A record begins with its size.</summary>
    private static int Count(ReadOnlySpan<byte> records)
    {
        var count = 0;
        while (records.Length >= 4)
        {
            records = records[BinaryPrimitives.ReadInt32BigEndian(records)..];
            count++;
        }

        return count;
    }
}
