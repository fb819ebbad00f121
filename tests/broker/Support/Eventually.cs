using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>Waits for what another thread will do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Looks until something is there.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        var started = Environment.TickCount64;
        while (Environment.TickCount64 - started < Patience.TotalMilliseconds)
        {
            if (await look() is { } found)
            {
                return found;
            }

            await Task.Delay(10);
        }

        throw new AssertionException($"waited {Patience.TotalSeconds} s in vain for {what}");
    }

    public static Task<object> BecomesAsync(Func<bool> condition, string what) =>
        GetAsync(() => Task.FromResult(condition() ? new object() : null), what);

    /// <summary>Moves the clock step by step until something is there.</summary>
    public static Task<T> GetAsync<T>(VirtualTimeProvider clock, TimeSpan step, Func<Task<T?>> look, string what)
        where T : class =>
        GetAsync(
            async () =>
            {
                if (await look() is { } found)
                {
                    return found;
                }

                clock.Advance(step);
                return null;
            },
            what);
}
