namespace RocketMQ.TestSupport;

/// <summary>Bytes that code allocates on this thread.</summary>
public static class Allocations
{
    /// <summary>
    /// Of five rounds the least: the runtime itself allocates when it compiles a warm loop anew or a collection comes in between, and a buffer may
    /// grow once.
    /// </summary>
    public static long Least(Action round)
    {
        ArgumentNullException.ThrowIfNull(round);
        var least = long.MaxValue;
        for (var i = 0; i < 5 && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
