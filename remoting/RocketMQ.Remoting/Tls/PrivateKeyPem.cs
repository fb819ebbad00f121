using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace RocketMQ.Remoting.Tls;

/// <summary>
/// Encrypted private keys as PEM. Those of PKCS#8 the runtime reads itself; the older form, which says <c>Proc-Type: 4,ENCRYPTED</c> above
/// the key (<c>openssl genrsa -traditional</c>), it does not.
/// </summary>
internal static class PrivateKeyPem
{
    private const string InfoName = "DEK-Info:";

    public static bool IsEncrypted(string pem) => pem.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);

    public static bool IsTraditionallyEncrypted(string pem) => pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);

    /// <summary>The same key without a password.</summary>
    /// <exception cref="CryptographicException">The password is wrong, or the text or its cipher is none that is known.</exception>
    [SuppressMessage("Security", "CA5350", Justification = "What a key was encrypted with is not ours to choose.")]
    public static string Decrypt(string pem, string password)
    {
        var lines = pem.Split('\n').Select(line => line.Trim()).SkipWhile(line => !line.EndsWith("PRIVATE KEY-----", StringComparison.Ordinal)).ToList();
        var info = lines.FirstOrDefault(line => line.StartsWith(InfoName, StringComparison.Ordinal))?[InfoName.Length..].Split(',')
            ?? throw new CryptographicException("it is encrypted but does not say how");
        if (info.Length != 2)
        {
            throw new CryptographicException("its DEK-Info is no cipher and its vector");
        }

        var label = lines[0]["-----BEGIN ".Length..^"-----".Length];
        var encrypted = Convert.FromBase64String(string.Concat(lines.Skip(1).TakeWhile(line => line.Length == 0 || line[0] != '-').Where(line => !line.Contains(':', StringComparison.Ordinal))));
        var vector = Convert.FromHexString(info[1].Trim());
        using SymmetricAlgorithm cipher = info[0].Trim() is "DES-EDE3-CBC" ? TripleDES.Create() : Aes.Create();
        cipher.Key = Key(Encoding.UTF8.GetBytes(password), vector.AsSpan(0, 8), KeyBytes(info[0].Trim()));
        return PemEncoding.WriteString(label, cipher.DecryptCbc(encrypted, vector));
    }

    private static int KeyBytes(string cipher) => cipher switch
    {
        "AES-128-CBC" => 16,
        "AES-192-CBC" or "DES-EDE3-CBC" => 24,
        "AES-256-CBC" => 32,
        _ => throw new CryptographicException($"it is encrypted with {cipher}, which is not read here"),
    };

    /// <summary>OpenSSL's way from a password to a key: hashes of hashes.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The format says MD5.")]
    private static byte[] Key(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int bytes)
    {
        var key = new List<byte>();
        byte[] last = [];
        while (key.Count < bytes)
        {
            last = MD5.HashData([.. last, .. password, .. salt]);
            key.AddRange(last);
        }

        return [.. key.Take(bytes)];
    }
}
