using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Asks for large answers on many connections and reads none of them.</summary>
internal sealed class SlowReader : IAttack
{
    private const int Connections = 20;

    public async Task RunAsync(Target target, CancellationToken cancellationToken)
    {
        var connections = new List<RawConnection>();
        try
        {
            var frame = RawConnection.Frame(RemotingCommand.Request(RequestCode.GetAllTopicConfig));
            while (!cancellationToken.IsCancellationRequested)
            {
                connections.RemoveAll(c => !c.IsOpen);
                if (connections.Count < Connections && await RawConnection.OpenAsync(target.Broker, cancellationToken) is { } another)
                {
                    connections.Add(another);
                }

                // A peer that is not read stops reading: the send then waits, and nobody should for long.
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(100);
                try
                {
                    await Task.WhenAll(connections.Select(c => c.SendAsync(frame, patience.Token)));
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    await Task.Delay(10, cancellationToken);
                }
            }
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    }
}
