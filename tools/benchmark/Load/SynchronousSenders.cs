using System.Diagnostics;
using System.Net.Sockets;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Load;

/// <summary>
/// Threads that each send a message over the one shared connection, wait for its answer and send the next: what the threads of a
/// synchronous Java client do. Every message is a write of its own; one thread reads and wakes whoever was answered.
/// </summary>
internal sealed class SynchronousSenders(Target target, IReadOnlyList<SendFrame> frames, int threads)
{
    private readonly Lock _sending = new();
    private readonly Waiter[] _waiters = [.. Enumerable.Range(0, threads).Select(_ => new Waiter())];
    private long _counter;
    private volatile bool _broken;

    private sealed class Waiter
    {
        public ManualResetEventSlim Answered { get; } = new(false, 0);

        public string? Failure { get; set; }
    }

    public async Task RunAsync(Budget budget, IReadOnlyList<Tally> tallies)
    {
        using var connection = new RawConnection(target.Address, isEncrypted: target.IsEncrypted);
        using var ended = budget.Ended.Register(connection.Shutdown);
        var reader = OnThread(() => Read(connection));
        await Task.WhenAll(Enumerable.Range(0, threads).Select(i => OnThread(() => Send(connection, i, budget, tallies[i])))).ConfigureAwait(false);
        var wasBroken = _broken;
        connection.Shutdown();
        await reader.ConfigureAwait(false);
        if (wasBroken && !budget.Ended.IsCancellationRequested)
        {
            throw new BenchmarkException($"{target.Address} closed the connection.");
        }
    }

    private static Task OnThread(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Send(RawConnection connection, int thread, Budget budget, Tally tally)
    {
        var waiter = _waiters[thread];
        var output = new byte[frames.Max(f => f.Length)];
        while (!_broken && budget.TryTake())
        {
            var counter = Interlocked.Increment(ref _counter);
            var frame = frames[(int)(counter % frames.Count)];
            frame.Write(output, SendFrame.FirstOpaque + thread, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), counter);
            waiter.Answered.Reset();
            var started = Stopwatch.GetTimestamp();
            if (!TrySend(connection, output.AsSpan(0, frame.Length)))
            {
                return;
            }

            waiter.Answered.Wait();
            if (_broken)
            {
                return;
            }

            if (waiter.Failure is { } failure)
            {
                tally.Fail(failure);
            }
            else
            {
                tally.Complete(Stopwatch.GetElapsedTime(started));
            }
        }
    }

    private bool TrySend(RawConnection connection, ReadOnlySpan<byte> frame)
    {
        try
        {
            lock (_sending)
            {
                connection.Send(frame);
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Read(RawConnection connection)
    {
        try
        {
            while (connection.Receive())
            {
                while (connection.TryTake(out var frame))
                {
                    var reply = new RawReply(frame);
                    var waiter = _waiters[reply.Opaque - SendFrame.FirstOpaque];
                    waiter.Failure = reply.Code == 0 ? null : reply.Explain();
                    waiter.Answered.Set();
                }
            }
        }
        catch (SocketException)
        {
            // As if the broker had closed it.
        }

        _broken = true;
        foreach (var waiter in _waiters)
        {
            waiter.Answered.Set();
        }
    }
}
