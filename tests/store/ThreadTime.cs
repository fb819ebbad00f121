using System.Runtime.InteropServices;

namespace RocketMQ.Store.Tests;

/// <summary>How long the calling thread has worked. Unlike the clock's, it does not grow while others have the core.</summary>
internal static partial class ThreadTime
{
    private const int OfThisThread = 3;

    public static TimeSpan Worked
    {
        get
        {
            _ = GetTime(OfThisThread, out var time);
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private readonly struct Time
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
