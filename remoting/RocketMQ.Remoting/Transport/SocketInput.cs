using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>What transports ask a socket that may be gone.</summary>
public static class SocketInput
{
    /// <summary>Whether bytes have come that were not read; false for one that is closed: its connection ends, and the next read says so.</summary>
    public static bool HasInput(this Socket socket)
    {
        try
        {
            return socket.Available > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
