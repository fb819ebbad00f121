namespace RocketMQ.Hostile.Tests;

/// <summary>One way to be a nuisance, kept up until it is cancelled. What it sends is chosen by a seed.</summary>
internal interface IAttack
{
    Task RunAsync(Target target, CancellationToken cancellationToken);
}
