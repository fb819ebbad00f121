using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Remoting.Tls;

/// <summary>A server's part in TLS: its certificate, what it asks of clients, and how many handshakes it takes on at once.</summary>
internal sealed class TlsServer
{
    private readonly TlsOptions _options;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly CertificateSource _source;
    private readonly HandshakeGate _gate;
    private readonly Lazy<SslStreamCertificateContext>? _made;

    /// <exception cref="ConfigurationException">The certificate can't be used, or TLS is enforced and there is none.</exception>
    public TlsServer(TlsOptions options, int maxHandshakes, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        _options = options;
        _timeout = timeout;
        _time = time;
        _gate = new HandshakeGate(maxHandshakes, time);
        var files = new CertificateFiles("server", options.ServerCertPath, options.ServerKeyPath, options.ServerKeyPassword, options.ServerTrustCertPath);
        _source = new CertificateSource(files, time, logger);
        if (!files.HasCertificate && options.TestModeEnable)
        {
            _made = new Lazy<SslStreamCertificateContext>(() =>
            {
                Log.CertificateMade(logger);
                return TestCertificate.Make(time.GetUtcNow());
            });
        }

        if (!files.HasCertificate && _made is null)
        {
            Refusal = "it speaks TLS, and there is neither a tls.server.certPath nor tls.test.mode.enable";
            if (options.ServerMode == TlsMode.Enforcing)
            {
                throw new ConfigurationException("tls.server.mode=ENFORCING needs a certificate: set tls.server.certPath and tls.server.keyPath.");
            }
        }

        if (options is { ServerNeedClientAuth: ClientAuth.Require, VerifiesClients: false })
        {
            Log.AnyClientCertificate(logger);
        }
    }

    /// <summary>Why this server speaks no TLS; null when it does.</summary>
    public string? Refusal { get; }

    /// <summary>Shakes hands on a connection whose first byte says so.</summary>
    /// <returns>The connection within, or why there is none; then the outer one is the caller's still.</returns>
    public async ValueTask<(ITransportConnection? Connection, string? Failure)> UpgradeAsync(ITransportConnection transport)
    {
        if (Refusal is not null)
        {
            return (null, Refusal);
        }

        string? ended = null;
        var place = _gate.TryEnter(End);
        if (place is null)
        {
            return (null, _gate.Refusal);
        }

        try
        {
            // Off the thread that reads sockets: this reads files, now and then, and computes.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            using var deadline = new CancellationTokenSource(_timeout, _time);
            await using var ending = deadline.Token.UnsafeRegister(
                _ => End($"its TLS handshake took more than {_timeout.TotalSeconds:0.###} s (serverHandshakeTimeoutMillis)"), null).ConfigureAwait(false);
            var authentication = Authentication(reason => Interlocked.CompareExchange(ref ended, reason, null));
            return (await TlsConnection.AuthenticateAsync(transport, tls => tls.AuthenticateAsServerAsync(authentication)).ConfigureAwait(false), null);
        }
        catch (Exception e)
        {
            return (null, Volatile.Read(ref ended) ?? $"its TLS handshake failed: {TlsFailure.Describe(e)}");
        }
        finally
        {
            _gate.Leave(place);
        }

        void End(string reason)
        {
            Interlocked.CompareExchange(ref ended, reason, null);
            transport.Abort(reason);
        }
    }

    /// <param name="refuse">Told why a client is refused.</param>
    private SslServerAuthenticationOptions Authentication(Action<string> refuse)
    {
        var identity = _source.Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = identity.Certificate ?? _made!.Value,
            ClientCertificateRequired = _options.ServerNeedClientAuth != ClientAuth.None,
            CertificateChainPolicy = identity.ChainPolicy(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accepts(certificate, chain, errors, refuse),
            AllowRenegotiation = false,
        };
    }

    private bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, Action<string> refuse)
    {
        if (certificate is null)
        {
            if (_options.ServerNeedClientAuth != ClientAuth.Require)
            {
                return true;
            }

            refuse("it shows no certificate, and tls.server.need.client.auth is REQUIRE");
            return false;
        }

        if (!_options.VerifiesClients || (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None)
        {
            return true;
        }

        refuse($"its certificate is not trusted: {TlsFailure.Describe(chain)}");
        return false;
    }
}
