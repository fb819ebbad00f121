using RocketMQ.Broker.Persistence;

namespace RocketMQ.Broker.Health;

/// <summary>Whether changes of topics, groups, offsets and the other tables reach the disk.</summary>
internal sealed class SavingCheck(ConfigFolder config) : IHealthCheck
{
    public IEnumerable<HealthFinding> Look()
    {
        var failures = config.Failures().ToList();
        yield return new HealthFinding("saving", failures.Count == 0, failures.Count == 0
            ? "changes of topics, groups, offsets and other tables are saved"
            : $"{string.Join("; ", failures)}; what changes is not durable until that succeeds: is the disk full or gone?");
    }
}
