using System.Net.Security;
using System.Security.Authentication;
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
    /// <exception cref="AuthenticationException">The server is not to be trusted, or trusts nobody like this.</exception>
    /// <exception cref="IOException">The server speaks no TLS, or is gone.</exception>
    public async Task<ITransportConnection> UpgradeAsync(ITransportConnection transport, string host, CancellationToken cancellationToken)
    {
        var identity = _source.Current;
        string? refusal = null;
        var authentication = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = identity.Certificate,
            CertificateChainPolicy = identity.ChainPolicy(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (refusal = Refuse(identity, certificate, chain, errors)) is null,
        };
        try
        {
            return await TlsConnection.AuthenticateAsync(transport, tls => tls.AuthenticateAsClientAsync(authentication, cancellationToken)).ConfigureAwait(false);
        }
        catch (AuthenticationException) when (refusal is not null)
        {
            throw new AuthenticationException(refusal);
        }
    }

    /// <summary>
    /// Whom an authority of one's own has certified is trusted whatever its address: brokers are announced by numbers. Among all the world's,
    /// it has to be the server that was asked for.
    /// </summary>
    private string? Refuse(TlsIdentity identity, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!_options.VerifiesServers)
        {
            return null;
        }

        return certificate is null ? "the server shows no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? $"the server's certificate is not trusted: {TlsFailure.Describe(chain)}"
            : identity.Authorities is null && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"the server's certificate is {certificate.Subject}'s, which is not who was asked for"
            : null;
    }
}
