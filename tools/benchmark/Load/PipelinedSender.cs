using System.Diagnostics;
using System.Net.Sockets;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Load;

/// <summary>One connection and one thread that keeps a number of sends in flight: what an asynchronous producer puts on the wire.</summary>
internal sealed class PipelinedSender(Target target, IReadOnlyList<SendFrame> frames, int inFlight)
{
    private readonly long[] _startedAt = new long[inFlight];
    private readonly Stack<int> _freeSlots = new(Enumerable.Range(0, inFlight));
    private readonly byte[] _output = new byte[frames.Max(f => f.Length) * inFlight];
    private long _counter;

    /// <summary>Blocks: give it a thread.</summary>
    public void Run(Budget budget, Tally tally)
    {
        using var connection = new RawConnection(target.Address, isEncrypted: target.IsEncrypted);
        using var ended = budget.Ended.Register(connection.Shutdown);
        try
        {
            while (FillWindow(connection, budget) && connection.Receive())
            {
                TakeReplies(connection, tally);
            }

            if (_freeSlots.Count < inFlight && !budget.Ended.IsCancellationRequested)
            {
                throw new BenchmarkException($"{target.Address} closed the connection.");
            }
        }
        catch (SocketException) when (budget.Ended.IsCancellationRequested)
        {
            // The time is over: what is in flight does not count.
        }
    }

    /// <returns>Whether replies are to be waited for.</returns>
    private bool FillWindow(RawConnection connection, Budget budget)
    {
        var length = 0;
        var bornMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        while (_freeSlots.Count > 0 && budget.TryTake())
        {
            var slot = _freeSlots.Pop();
            var frame = frames[(int)(_counter % frames.Count)];
            frame.Write(_output.AsSpan(length), SendFrame.FirstOpaque + slot, bornMs, _counter++);
            length += frame.Length;
            _startedAt[slot] = Stopwatch.GetTimestamp();
        }

        connection.Send(_output.AsSpan(0, length));
        return _freeSlots.Count < inFlight;
    }

    private void TakeReplies(RawConnection connection, Tally tally)
    {
        while (connection.TryTake(out var frame))
        {
            var reply = new RawReply(frame);
            var slot = reply.Opaque - SendFrame.FirstOpaque;
            _freeSlots.Push(slot);
            if (reply.Code == 0)
            {
                tally.Complete(Stopwatch.GetElapsedTime(_startedAt[slot]));
            }
            else
            {
                tally.Fail(reply.Explain());
            }
        }
    }
}
