using System.Globalization;

namespace RocketMQ.Broker.Health;

/// <summary>Whether the broker's periodic work (offsets, transaction checks, pop revival, sweeps) still gets done.</summary>
internal sealed class TaskCheck(IReadOnlyList<PeriodicWork> tasks) : IHealthCheck
{
    /// <summary>On top of three periods.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public IEnumerable<HealthFinding> Look()
    {
        var running = tasks.Where(t => t.IsRunning).ToList();
        var late = running.Where(t => t.SinceLastRun > 3 * t.Period + Patience).ToList();
        yield return new HealthFinding("tasks", late.Count == 0, late.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"all {running.Count} run")
            : string.Join("; ", late.Select(t => string.Create(
                CultureInfo.InvariantCulture, $"{t.Name} is due every {t.Period.TotalSeconds:0.#} s and last ended {t.SinceLastRun.TotalSeconds:0} s ago"))));
    }
}
