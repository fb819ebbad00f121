using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tls;

/// <summary>A client's part in TLS: the certificate it shows to servers that ask for one, and which servers it trusts.</summary>
internal sealed class TlsClient
{
    private readonly TlsOptions _options;
    private readonly CertificateSource _source;

    /// <exception cref="ConfigurationException">The certificate can't be used.</exception>
    public TlsClient(TlsOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _source = new CertificateSource(
            new CertificateFiles("client", options.ClientCertPath, options.ClientKeyPath, options.ClientKeyPassword, options.ClientTrustCertPath), time, logger);
    }

    /// <summary>Shakes hands with a server.</summary>
    /// <param name="transport">The connection to it; the caller's still, where this throws.</param>
    /// <param name="host">Its name, as it was asked for.</param>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The server is not to be trusted, or trusts nobody like this.</exception>
    /// <exception cref="IOException">The server speaks no TLS, or is gone.</exception>
    public async Task<ITransportConnection> UpgradeAsync(ITransportConnection transport, string host, CancellationToken cancellationToken)
    {
        var identity = _source.Current;
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = identity.Certificate,
            CertificateChainPolicy = identity.ChainPolicy(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accepts(identity, certificate, errors),
        };
        return await TlsConnection.AuthenticateAsync(transport, tls => tls.AuthenticateAsClientAsync(authentication, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>
    /// Whom an authority of one's own has certified is trusted whatever its address: brokers are announced by numbers. Among all the world's,
    /// it has to be the server that was asked for.
    /// </summary>
    private bool Accepts(TlsIdentity identity, X509Certificate? certificate, SslPolicyErrors errors)
    {
        var passedOver = identity.Authorities is null ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch;
        return !_options.VerifiesServers || (certificate is not null && (errors & ~passedOver) == SslPolicyErrors.None);
    }
}
