using System.Diagnostics;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Load;

/// <summary>Loops, one a tally, that each send with this project's client and wait for the answer.</summary>
internal static class ClientSenders
{
    /// <param name="send">Sends once more.</param>
    /// <param name="messages">Messages that go with one call of it.</param>
    /// <param name="budget">How often.</param>
    /// <param name="tallies">Where each loop counts.</param>
    /// <param name="pause">Between two calls of a loop.</param>
    public static Task RunAsync(Func<Task> send, int messages, Budget budget, IReadOnlyList<Tally> tallies, TimeSpan pause = default) =>
        Task.WhenAll(tallies.Select(tally => SendAsync(send, messages, budget, tally, pause)));

    private static async Task SendAsync(Func<Task> send, int messages, Budget budget, Tally tally, TimeSpan pause)
    {
        while (budget.TryTake(messages))
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await send().ConfigureAwait(false);
                tally.Complete(Stopwatch.GetElapsedTime(started), messages);
            }
            catch (RocketMQException e)
            {
                tally.Fail(e.Message, messages);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System).ConfigureAwait(false);
            }
        }
    }
}
