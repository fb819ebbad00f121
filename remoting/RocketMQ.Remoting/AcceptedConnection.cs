using System.Net;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting;

/// <summary>A connection of a server from its acceptance to its end: it counts before it has entered, too.</summary>
internal sealed class AcceptedConnection(ITransportConnection transport, IPAddress? address, TimeProvider time)
{
    private readonly long _since = time.GetTimestamp();
    private RemotingConnection? _served;

    public ITransportConnection Transport { get; } = transport;

    /// <summary>The address it counts for; null while a proxy has still to say whose it is.</summary>
    public IPAddress? Address { get; set; } = address;

    /// <summary>What it is served as, once it has entered.</summary>
    public RemotingConnection? Served
    {
        get => Volatile.Read(ref _served);
        set => Volatile.Write(ref _served, value);
    }

    public TimeSpan Idle => Served?.Idle ?? time.GetElapsedTime(_since);

    public void Close(string reason)
    {
        if (Served is { } served)
        {
            served.Close(reason);
        }
        else
        {
            Transport.Abort(reason);
        }
    }
}
