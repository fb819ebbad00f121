using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Load;

/// <summary>
/// Sends at a fixed rate whatever the broker does: each message carries the moment it was due, in the first 8 bytes of its body, so that a
/// stall counts for every message that it delayed and not for one alone.
/// </summary>
internal sealed class OpenLoopSender(Target target, IReadOnlyList<SendFrame> frames, int messagesPerSecond)
{
    private readonly byte[] _output = new byte[frames.Max(f => f.Length)];

    public async Task RunAsync(Budget budget, Tally sent)
    {
        using var connection = new RawConnection(target.Address, isEncrypted: target.IsEncrypted);
        var reader = Task.Factory.StartNew(
            () => CountReplies(connection, sent), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var total = await Task.Factory.StartNew(
            () => SendAll(connection, budget), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        var waitedFrom = Stopwatch.GetTimestamp();
        while (sent.Completed + sent.Failed < total && Stopwatch.GetElapsedTime(waitedFrom) < TimeSpan.FromSeconds(5))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System).ConfigureAwait(false);
        }

        connection.Shutdown();
        await reader.ConfigureAwait(false);
    }

    private long SendAll(RawConnection connection, Budget budget)
    {
        var first = Stopwatch.GetTimestamp();
        long count = 0;
        while (budget.TryTake())
        {
            var due = first + (long)(count * (double)Stopwatch.Frequency / messagesPerSecond);
            Pacer.WaitUntil(due);
            var frame = frames[(int)(count % frames.Count)];
            frame.Write(_output, SendFrame.FirstOpaque + (int)(count % 100_000_000), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), count);
            BinaryPrimitives.WriteInt64BigEndian(_output.AsSpan(frame.BodyAt), due);
            connection.Send(_output.AsSpan(0, frame.Length));
            count++;
        }

        return count;
    }

    private static void CountReplies(RawConnection connection, Tally sent)
    {
        try
        {
            while (connection.Receive())
            {
                while (connection.TryTake(out var frame))
                {
                    var reply = new RawReply(frame);
                    if (reply.Code == 0)
                    {
                        sent.Complete(TimeSpan.Zero);
                    }
                    else
                    {
                        sent.Fail(reply.Explain());
                    }
                }
            }
        }
        catch (SocketException)
        {
            // The run is over.
        }
    }
}
