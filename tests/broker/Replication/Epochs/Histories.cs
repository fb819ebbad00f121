using System.Globalization;
using RocketMQ.Broker.Replication.Epochs;

namespace RocketMQ.Broker.Tests.Replication.Epochs;

/// <summary>Epochs as a person writes them: 1-0 2-100.</summary>
internal static class Histories
{
    public static EpochEntry[] Of(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('-')).Select(parts => new EpochEntry(
            int.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture)))];
}
