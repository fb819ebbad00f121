using System.Net;
using System.Net.Security;
using RocketMQ.Remoting.Tls;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tests.Support;

/// <summary>Another transport whose connections are all encrypted: what holds for connections has to hold for these.</summary>
public sealed class TlsTransport(IConnectionTransport transport) : IConnectionTransport
{
    private static readonly SslStreamCertificateContext Certificate = TestCertificate.Make(DateTimeOffset.UtcNow);

    public async ValueTask<ITransportListener> ListenAsync(IPEndPoint endPoint, CancellationToken cancellationToken) =>
        new Listener(await transport.ListenAsync(endPoint, cancellationToken));

    public async ValueTask<ITransportConnection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => await TlsConnection.AuthenticateAsync(
        await transport.ConnectAsync(endPoint, cancellationToken),
        tls => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null }, cancellationToken));

    private sealed class Listener(ITransportListener listener) : ITransportListener
    {
        public IPEndPoint EndPoint => listener.EndPoint;

        public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await listener.AcceptAsync(cancellationToken) is { } accepted
                ? await TlsConnection.AuthenticateAsync(
                    accepted, tls => tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = Certificate }, cancellationToken))
                : null;

        public ValueTask StopAsync() => listener.StopAsync();

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}
