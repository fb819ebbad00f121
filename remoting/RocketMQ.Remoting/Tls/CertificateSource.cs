using Microsoft.Extensions.Logging;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Remoting.Tls;

/// <summary>
/// The identity that handshakes go by. Its files are looked at again when a handshake comes, once a second at most; nothing runs in between. Files
/// that do not fit together, because one was written and the other is still to be, change nothing: what was read before stays in use.
/// </summary>
internal sealed class CertificateSource
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _looking = new();
    private TlsIdentity _current;
    private long _lastLook;
    private bool _isTold;

    /// <exception cref="ConfigurationException">The files can't be read, or do not belong together.</exception>
    public CertificateSource(CertificateFiles files, TimeProvider time, ILogger logger)
    {
        _files = files;
        _time = time;
        _logger = logger;
        _lastLook = time.GetTimestamp();
        try
        {
            files.ReadAgain();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"A file of TLS (tls.{files.Side}.*) can't be read: {e.Message}");
        }

        _current = files.Build();
        Tell();
    }

    /// <summary>The identity in force. May read files: not for a thread that reads sockets.</summary>
    public TlsIdentity Current
    {
        get
        {
            // Who comes while another looks takes what there is: a slow disk holds one handshake up, not all of them.
            if (!_files.IsEmpty && _looking.TryEnter())
            {
                try
                {
                    LookAgain();
                }
                finally
                {
                    _looking.Exit();
                }
            }

            return Volatile.Read(ref _current);
        }
    }

    private void LookAgain()
    {
        if (_time.GetElapsedTime(_lastLook) < LookInterval)
        {
            return;
        }

        _lastLook = _time.GetTimestamp();
        try
        {
            if (_files.ReadAgain())
            {
                Volatile.Write(ref _current, _files.Build());
                Tell();
            }

            _isTold = false;
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            if (e is ConfigurationException || !_isTold)
            {
                Log.CertificateNotUsed(_logger, _files.Side, e.Message);
            }

            _isTold = true;
        }
    }

    private void Tell()
    {
        if (_current.Certificate is { TargetCertificate: var certificate })
        {
            Log.CertificateUsed(_logger, _files.CertPath, certificate.Subject, certificate.NotAfter.ToUniversalTime(), _files.Side);
        }
    }
}
