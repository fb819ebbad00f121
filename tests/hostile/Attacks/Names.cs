using System.Text;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Texts that are no names, and names that are hard to keep apart.</summary>
internal static class Names
{
    public static readonly string[] Hostile =
    [
        "../commitlog", "/proc/none", "..", ".", "", " ", "a/b", "a\\b", "a\0b", "a\nb", "%RETRY%../x", "%DLQ%/x", "C:\\x", "x{y}", "ñ", "\u202e", "a@b",
        new string('n', 300), new string('n', 40_000), "%LMQ%../../x", "rmq_sys_REVIVE_LOG_DefaultCluster", "SCHEDULE_TOPIC_XXXX",
    ];

    /// <summary>Those of them that can be nobody's name.</summary>
    public static readonly string[] None = [.. Hostile.Where(name => name.Trim().Length > 0 && !name.StartsWith("rmq_sys", StringComparison.Ordinal) && !name.StartsWith("SCHEDULE", StringComparison.Ordinal)), "оrders", new('n', 100_000)];

    /// <summary>One of 65,536 names that all have the same hash in Java.</summary>
    public static string Colliding(int number)
    {
        var name = new StringBuilder(32);
        for (var bit = 0; bit < 16; bit++)
        {
            name.Append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }

        return name.ToString();
    }
}
