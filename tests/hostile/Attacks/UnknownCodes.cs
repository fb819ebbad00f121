using RocketMQ.Protocol.Commands;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Codes that nobody defined, each another.</summary>
internal sealed class UnknownCodes : IAttack
{
    public Task RunAsync(Target target, CancellationToken cancellationToken) => Task.WhenAll(
        Target.FloodAsync(target.Broker, i => RemotingCommand.Request(1_000_000 + i), cancellationToken),
        Target.FloodAsync(target.NameServer, i => RemotingCommand.Request(-1 - i), cancellationToken));
}
