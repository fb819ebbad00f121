using System.Globalization;

namespace RocketMQ.Broker.Limits;

/// <summary>What a client is told when the broker keeps as many of something as it may: the limit, its value and the way out.</summary>
internal static class Reached
{
    /// <param name="what">What there is no room for.</param>
    /// <param name="key">The setting that is the limit.</param>
    /// <param name="limit">Its value.</param>
    public static string Limit(string what, string key, long limit) => string.Create(
        CultureInfo.InvariantCulture, $"there is no room for more {what}: the limit is {limit} ({key}). Remove some that nobody needs, or raise the limit");
}
