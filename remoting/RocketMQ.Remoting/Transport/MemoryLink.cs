using System.Net.Sockets;

namespace RocketMQ.Remoting.Transport;

/// <summary>What both ends of a connection within the process share: whether it is broken, by whom and why.</summary>
internal sealed class MemoryLink
{
    private Break? _break;

    public bool IsBroken => Volatile.Read(ref _break) is not null;

    /// <returns>False when it is broken already.</returns>
    public bool TryBreak(MemoryConnection by, string reason) => Interlocked.CompareExchange(ref _break, new Break(by, reason), null) is null;

    /// <summary>What reading throws at an end: nothing where the peer has said all.</summary>
    public Exception? ErrorFor(MemoryConnection end) => Volatile.Read(ref _break) switch
    {
        null => null,
        var broken when broken.By == end => new OperationCanceledException(broken.Reason),
        _ => new IOException(new SocketException((int)SocketError.ConnectionReset).Message),
    };

    private sealed record Break(MemoryConnection By, string Reason);
}
