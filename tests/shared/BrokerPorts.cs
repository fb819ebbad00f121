using System.Net;
using System.Net.Sockets;

namespace RocketMQ.TestSupport;

/// <summary>
/// Free ports for a name server and a broker that is started more than once: port 0 would give another one each time. A broker takes
/// its port, the one two below it and the one above it.
/// </summary>
public sealed record BrokerPorts(int NameServer, int Broker)
{
    // Below the range the system takes client ports from, so that no connection of a test sits on them.
    private const int First = 15_000;
    private const int Last = 30_000;

    public static BrokerPorts Find()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (new[] { port - 3, port - 2, port, port + 1 }.All(IsFree))
            {
                return new BrokerPorts(port - 3, port);
            }
        }

        throw new InvalidOperationException($"No four free ports together between {First} and {Last}");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
