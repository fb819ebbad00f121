using System.Diagnostics;

namespace RocketMQ.Tools.Tests.Support;

/// <summary>Waits for what happens elsewhere.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.That(watch.Elapsed, Is.LessThan(Patience), $"waiting for {what}");
            await Task.Delay(20);
        }
    }
}
