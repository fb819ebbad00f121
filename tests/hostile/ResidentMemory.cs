using System.Globalization;

namespace RocketMQ.Hostile.Tests;

/// <summary>What a process holds of the machine's memory, as Linux counts it.</summary>
internal static class ResidentMemory
{
    /// <returns>MiB.</returns>
    public static long Of(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
