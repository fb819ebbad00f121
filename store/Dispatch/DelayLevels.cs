using System.Globalization;

namespace RocketMQ.Store;

/// <summary>The delays of messageDelayLevel: <c>1s 5s 10s …</c>, level 1 first.</summary>
public sealed class DelayLevels
{
    private readonly long[] _delaysMs;

    private DelayLevels(long[] delaysMs) => _delaysMs = delaysMs;

    public int Max => _delaysMs.Length;

    /// <exception cref="FormatException">An entry is no whole number followed by s, m, h or d.</exception>
    public static DelayLevels Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseDelay)]);
    }

    /// <summary>Milliseconds a level waits; levels above the last wait as long as it.</summary>
    public long DelayMs(int level) => _delaysMs.Length == 0 || level <= 0 ? 0 : _delaysMs[Math.Min(level, _delaysMs.Length) - 1];

    private static long ParseDelay(string entry)
    {
        var unitMs = entry[^1] switch
        {
            's' => 1_000L,
            'm' => 60_000L,
            'h' => 3_600_000L,
            'd' => 86_400_000L,
            _ => throw new FormatException($"messageDelayLevel: '{entry}' ends in none of s, m, h, d"),
        };
        return long.Parse(entry.AsSpan(0, entry.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture) * unitMs;
    }
}
