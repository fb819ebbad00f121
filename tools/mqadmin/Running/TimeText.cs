using System.Globalization;

namespace RocketMQ.MqAdmin.Running;

/// <summary>Times on the command line: <c>now</c>, ms since 1970, or <c>yyyy-MM-dd#HH:mm:ss:SSS</c> in local time.</summary>
internal static class TimeText
{
    public const string Forms = "now, ms since 1970, or yyyy-MM-dd#HH:mm:ss:SSS";

    private static readonly string[] Formats = ["yyyy-MM-dd#HH:mm:ss:fff", "yyyy-MM-dd#HH:mm:ss", "yyyy-MM-dd#HH:mm", "yyyy-MM-dd"];

    /// <exception cref="UsageException">It is none of these.</exception>
    public static DateTimeOffset Parse(string text, TimeProvider time)
    {
        if (text == "now")
        {
            return time.GetUtcNow();
        }

        if (long.TryParse(text, CultureInfo.InvariantCulture, out var ms))
        {
            return ms < 0 ? DateTimeOffset.UnixEpoch : DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        }

        return DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var local)
            ? new DateTimeOffset(local.ToUniversalTime())
            : throw new UsageException($"'{text}' is no time: give {Forms}.");
    }
}
