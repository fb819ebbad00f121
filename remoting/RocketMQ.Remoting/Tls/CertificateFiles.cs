using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Remoting.Tls;

/// <summary>The files of one end: its certificate, the key of that, and the authorities it trusts. Each may be missing.</summary>
/// <param name="side">The end, as keys name it: <c>server</c> or <c>client</c>.</param>
/// <param name="certPath">Its certificate and those up to its authority.</param>
/// <param name="keyPath">The key of the first.</param>
/// <param name="keyPassword">What that is encrypted with, if it is.</param>
/// <param name="trustPath">The authorities it trusts.</param>
internal sealed class CertificateFiles(string side, string certPath, string keyPath, string keyPassword, string trustPath)
{
    private readonly string?[] _texts = new string?[3];

    public string Side => side;

    public string CertPath => certPath;

    public bool HasCertificate => certPath.Length > 0;

    public bool IsEmpty => certPath.Length == 0 && keyPath.Length == 0 && trustPath.Length == 0;

    private IReadOnlyList<string> Paths => [certPath, keyPath, trustPath];

    /// <summary>Reads the files again.</summary>
    /// <returns>Whether anything is different from last time. Contents are compared: a file can be replaced in many ways, and keep its time.</returns>
    /// <exception cref="IOException">One can't be read now; those that were read before stay.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public bool ReadAgain()
    {
        var texts = Paths.Select(path => path.Length > 0 ? File.ReadAllText(path) : null).ToArray();
        if (texts.AsSpan().SequenceEqual(_texts))
        {
            return false;
        }

        texts.CopyTo(_texts, 0);
        return true;
    }

    /// <summary>What the files that were read say.</summary>
    /// <exception cref="ConfigurationException">They do not belong together, or are none of what they should be.</exception>
    public TlsIdentity Build()
    {
        if (certPath.Length > 0 != keyPath.Length > 0)
        {
            throw new ConfigurationException($"tls.{side}.certPath and tls.{side}.keyPath belong together: only one of them is set.");
        }

        return new TlsIdentity(
            _texts[0] is { } certificate ? Certificate(certificate, _texts[1]!) : null, _texts[2] is { } authorities ? Authorities(authorities) : null);
    }

    private SslStreamCertificateContext Certificate(string text, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            var own = PrivateKeyPem.IsEncrypted(key)
                ? X509Certificate2.CreateFromEncryptedPem(text, key, RequirePassword())
                : X509Certificate2.CreateFromPem(text, PrivateKeyPem.IsTraditionallyEncrypted(key) ? PrivateKeyPem.Decrypt(key, RequirePassword()) : key);

            return SslStreamCertificateContext.Create(Usable(own), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw new ConfigurationException($"{certPath} (tls.{side}.certPath) and {keyPath} (tls.{side}.keyPath) are no certificate and its key: {e.Message}");
        }
    }

    private X509Certificate2Collection Authorities(string text)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(text);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException($"{trustPath} (tls.{side}.trustCertPath) can't be used: {e.Message}");
        }
    }

    private string RequirePassword() => keyPassword.Length > 0
        ? keyPassword
        : throw new ConfigurationException($"{keyPath} (tls.{side}.keyPath) is encrypted: tls.{side}.keyPassword is needed.");

    /// <summary>Windows takes no key for TLS that is in memory alone.</summary>
    internal static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
