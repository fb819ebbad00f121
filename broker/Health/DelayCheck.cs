using System.Globalization;
using RocketMQ.Broker.Delaying;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Timing;

namespace RocketMQ.Broker.Health;

/// <summary>Whether delayed and timed messages are delivered on time, by a broker that delivers them.</summary>
internal sealed class DelayCheck(CurrentRole role, DelayedDelivery delays, TimerFigures? timers) : IHealthCheck
{
    /// <summary>Late by more than this is behind.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public IEnumerable<HealthFinding> Look()
    {
        if (!role.IsMaster)
        {
            yield return new HealthFinding("delays", true, "delayed messages are the master's: this broker is a slave");
            yield break;
        }

        yield return Finding("delays", "delayed messages", TimeSpan.FromMilliseconds(delays.OverdueMs()));
        if (timers is not null)
        {
            yield return Finding("timers", "timed messages", TimeSpan.FromSeconds(timers.ReadBehindSeconds));
        }
    }

    private static HealthFinding Finding(string check, string what, TimeSpan overdue) => new(
        check,
        overdue <= Patience,
        overdue <= Patience
            ? $"{what} are on time"
            : string.Create(CultureInfo.InvariantCulture, $"{what} are {overdue.TotalSeconds:0} s late: does the store take appends?"));
}
