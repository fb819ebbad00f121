namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Pulls with subscriptions of megabytes, each another, some of them to wait.</summary>
internal sealed class CostlyFilters : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) => Target.FloodAsync(
        target.Broker,
        i => i % 8 == 0
            ? Requests.Pull("GoodTopic", "hostile-puller", $"{i}{new string('t', 4_000_000)}")
            : Requests.Pull("GoodTopic", "hostile-puller", $"tag{i}||{new string('t', 2_000)}", waits: i % 2 == 0),
        cancellationToken);
}
