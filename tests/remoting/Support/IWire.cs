using System.Net;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>What a <see cref="RawPeer"/> is connected by: as a blocking socket is used.</summary>
public interface IWire : IDisposable
{
    EndPoint LocalEndPoint { get; }

    void Send(ReadOnlySpan<byte> bytes);

    /// <returns>How many bytes came; none when the other end has said all.</returns>
    /// <exception cref="IOException">The other end is gone.</exception>
    int Receive(Span<byte> buffer);

    void ShutdownSend();
}
