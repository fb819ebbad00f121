using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RocketMQ.Benchmark.Load;

/// <summary>Waits for moments closer together than the runtime's timers, without burning a core.</summary>
internal static partial class Pacer
{
    /// <summary>Blocks until a timestamp of <see cref="Stopwatch"/>.</summary>
    public static void WaitUntil(long timestamp)
    {
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), timestamp) is var left && left > TimeSpan.Zero)
        {
            if (OperatingSystem.IsLinux())
            {
                var wait = new TimeSpec { Seconds = (long)left.TotalSeconds, Nanoseconds = (long)left.TotalNanoseconds % 1_000_000_000 };
                _ = Sleep(wait, 0);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in TimeSpec duration, nint remaining);
}
