

namespace RocketMQ.Broker.Health;

/// <summary>
/// What liveness and readiness probes are told. Alive is what a restart would not improve: only a store whose flush failed asks for one. Ready
/// is a broker that has recovered and whose every check is well.
/// </summary>
public sealed class BrokerHealth
{
    private volatile IReadOnlyList<IHealthCheck>? _checks;
    private volatile Func<bool>? _hasFailed;
    private volatile string _stage = "starting";

    /// <summary>What the broker does while it does not serve yet, or no longer.</summary>
    public void Enter(string stage)
    {
        _checks = null;
        _stage = stage;
    }

    /// <summary>From now on readiness is what the checks find.</summary>
    /// <param name="checks">What readiness depends on.</param>
    /// <param name="hasFailed">Whether the store has failed for good.</param>
    public void Serve(IReadOnlyList<IHealthCheck> checks, Func<bool> hasFailed)
    {
        _hasFailed = hasFailed;
        _checks = checks;
    }

    public HealthReport Live()
    {
        var hasFailed = _checks is not null && _hasFailed is { } failed && failed();
        return new HealthReport(
        [
            new HealthFinding("process", !hasFailed, hasFailed
                ? "the store has failed and takes nothing more; look into the log, then restart the broker"
                : _checks is null ? _stage : "serving"),
        ]);
    }

    public HealthReport Ready() => _checks is not { } checks
        ? new HealthReport([new HealthFinding("broker", false, _stage)])
        : new HealthReport([new HealthFinding("broker", true, "the store is recovered, clients are served"), .. checks.SelectMany(c => c.Look())]);
}
