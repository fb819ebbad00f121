using System.Net;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Hostile.Tests;

/// <summary>Whom the attacks are against, and how they get there.</summary>
internal sealed class Target(IPEndPoint broker, IPEndPoint nameServer)
{
    private const int Turn = 16;

    public IPEndPoint Broker { get; } = broker;

    public IPEndPoint NameServer { get; } = nameServer;

    /// <summary>Sends requests one after another on connections that are made again when they are closed, reading answers only to throw them away.</summary>
    public static Task FloodAsync(IPEndPoint server, Func<int, RemotingCommand> request, CancellationToken cancellationToken) =>
        FloodAsync(server, i => RawConnection.Frame(Numbered(request(i), i)), cancellationToken);

    /// <inheritdoc cref="FloodAsync(IPEndPoint, Func{int, RemotingCommand}, CancellationToken)"/>
    public static async Task FloodAsync(IPEndPoint server, Func<int, byte[]> bytes, CancellationToken cancellationToken)
    {
        RawConnection? connection = null;
        try
        {
            for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
            {
                if (connection is not { IsOpen: true })
                {
                    connection?.Dispose();
                    connection = await RawConnection.OpenAsync(server, cancellationToken);
                }

                if (connection is null)
                {
                    await Task.Delay(10, cancellationToken);
                    continue;
                }

                await connection.SendAsync(bytes(i), cancellationToken);
                connection.Drain();
                if (i % Turn == 0)
                {
                    // A hostile machine would have cores of its own: the host and the well-behaved client are left theirs.
                    await Task.Delay(1, cancellationToken);
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static RemotingCommand Numbered(RemotingCommand request, int opaque)
    {
        request.Opaque = opaque;
        return request;
    }
}
