using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RocketMQ.Remoting.Configuration;
using RocketMQ.Remoting.Tls;
using RocketMQ.TestSupport;

namespace RocketMQ.Remoting.Tests.Tls;

/// <summary>Keys in the forms that tools write them in.</summary>
public class KeyFileTests
{
    /// <summary>Of <c>openssl ecparam -genkey</c> and <c>openssl req -x509</c>; the keys below it are the same one, by <c>openssl ec</c>, password <c>secret</c>.</summary>
    private const string Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBeTCCAR+gAwIBAgIUSj6ePpcXBGiXXeerWb2YZY6bsZ8wCgYIKoZIzj0EAwIw
        ETEPMA0GA1UEAwwGc2FtcGxlMCAXDTI2MTEzMDE0MzkyOFoYDzIxMjYxMTA2MTQz
        OTI4WjARMQ8wDQYDVQQDDAZzYW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AARv5BMRe1y2DrlcQ5dZvLDaup8bnCJiPv4a0v79Rz5bxgb9wI25eYFuEmZGL/yy
        NecEgzSsMP7EsYBmEAHJfxpLo1MwUTAdBgNVHQ4EFgQUA83eC9MjCwqt4f03KSUh
        gAopmvYwHwYDVR0jBBgwFoAUA83eC9MjCwqt4f03KSUhgAopmvYwDwYDVR0TAQH/
        BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAr3KskQptd9EFsTruGnqA/LZhHyzH
        Dsk2jFNssWsCXTQCIGZqFnBiLuHi5Fq2UfKVp9YLTt1rWx1XKGGFRtAAfEgB
        -----END CERTIFICATE-----
        """;

    private const string PlainKey = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIC4Qk/NGtQTJodlM8RIqx1iZHnqaT0d0Wd8J3s0Ja0Q8oAoGCCqGSM49
        AwEHoUQDQgAEb+QTEXtctg65XEOXWbyw2rqfG5wiYj7+GtL+/Uc+W8YG/cCNuXmB
        bhJmRi/8sjXnBIM0rDD+xLGAZhAByX8aSw==
        -----END EC PRIVATE KEY-----
        """;

    private const string Aes128Key = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,037D3FBA82B2B7B427421FFD8D05766D

        VIpNIQfstT1lIPgWxX9M9tXay9ePvzXUknYDYdfRz0kPATKb4zVIvtmybqSdG2R3
        6s+Uo9HRiKYQg/5Mw0m/fhelpQlSsXa9UfOmmaUskwvjJSVdigUzLqHYiMyC/2Xf
        zRx8WJbjYeU97MzSzZptpVWqJ54aydGV43bkcy7qN8I=
        -----END EC PRIVATE KEY-----
        """;

    private const string Aes192Key = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-192-CBC,DC7FB8412AD6EB7AD27F5AF862CB9FD2

        e4/U+WFDhX3PoHn3hdhTNIqnYluMe3xjmDgI3BL+7Ll3908CFLMbXPLH37Fz8EsH
        +bSr2rieL4UNGQAsKVz592ZWYvS2DE2DQvjdl35u8zAEYbwM/b5DKW+JoC0UNBWd
        S/C+utZjsc/jQFDEcbelZZkeszR3IJ9bZaPgy1F18Y8=
        -----END EC PRIVATE KEY-----
        """;

    private const string Aes256Key = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-256-CBC,2264CD8076ADD4F6318BA088A09D617B

        DQ5vobWVax1ZwNuglfNNV3y0TfaNqlongpY+w/NHBTdbjlWozSz+hbUNcjX3GuMk
        taihGM1frVt4S2AYjKhCtFDnREBUaUCVdn7HkhOyp8NbHfCDBjCZIFu6XuQA5w62
        QU/gcxjD7RglJH6klBIodavk2NWFOFMDex6kH1WMyds=
        -----END EC PRIVATE KEY-----
        """;

    private const string Des3Key = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: DES-EDE3-CBC,C1D5823D21EEA82D

        M3DbuzSUCpyOoqsr7IC/Etz5y0G/wY/wK7DLKrfFL3Rayw3sUjguSAyqoYL7Bpeu
        I0m/mqa+GVWviJgTUL/mDTxZAkdSmXVvX/x+mLtRDiQMQ9CxdaLudb3PgjH1G3kp
        JBe21COuAOS2o/g4FbgTEsxAKpALurOVCsrKatcOONM=
        -----END EC PRIVATE KEY-----
        """;

    private readonly PbeParameters _modern = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
    private TestFolder _folder = null!;

    [SetUp]
    public void Begin() => _folder = new TestFolder();

    [TearDown]
    public void End() => _folder.Dispose();

    [TestCase(PlainKey, "")]
    [TestCase(PlainKey, "not needed")]
    [TestCase(Aes128Key, "secret")]
    [TestCase(Aes192Key, "secret")]
    [TestCase(Aes256Key, "secret")]
    [TestCase(Des3Key, "secret")]
    public void A_key_of_an_elliptic_curve_is_read_in_the_older_form(string key, string password) => Read(Certificate, key, password);

    [TestCase(Aes128Key)]
    [TestCase(Des3Key)]
    public void A_wrong_password_is_said(string key) =>
        Assert.That(() => Read(Certificate, key, "wrong"), Throws.TypeOf<ConfigurationException>().With.Message.Contain("are no certificate and its key"));

    [Test]
    public void A_missing_password_is_said() =>
        Assert.That(() => Read(Certificate, Aes128Key, ""), Throws.TypeOf<ConfigurationException>().With.Message.Contain("is encrypted: tls.server.keyPassword is needed."));

    [TestCase("DEK-Info: RC2-CBC,0011223344556677")]
    [TestCase("DEK-Info: AES-128-CBC")]
    [TestCase("DEK-Info: AES-128-CBC,zz")]
    [TestCase("DEK-Info: AES-128-CBC,00")]
    [TestCase("")]
    public void A_cipher_that_is_not_known_is_said(string info)
    {
        var line = Aes128Key.Split('\n').Single(l => l.StartsWith("DEK-Info", StringComparison.Ordinal));
        Assert.That(
            () => Read(Certificate, Aes128Key.Replace(line, info, StringComparison.Ordinal), "secret"),
            Throws.TypeOf<ConfigurationException>().With.Message.Contain("are no certificate and its key"));
    }

    [TestCase("PKCS#1")]
    [TestCase("PKCS#8")]
    [TestCase("PKCS#8 encrypted")]
    public void A_key_of_RSA_is_read(string form)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=rsa", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Read(
            certificate.ExportCertificatePem(),
            form switch
            {
                "PKCS#1" => key.ExportRSAPrivateKeyPem(),
                "PKCS#8" => key.ExportPkcs8PrivateKeyPem(),
                _ => key.ExportEncryptedPkcs8PrivateKeyPem("secret", _modern),
            },
            form == "PKCS#8 encrypted" ? "secret" : "");
    }

    private TlsIdentity Read(string certificate, string key, string password)
    {
        File.WriteAllText(_folder.File("c.pem"), certificate);
        File.WriteAllText(_folder.File("k.pem"), key);
        var files = new CertificateFiles("server", _folder.File("c.pem"), _folder.File("k.pem"), password, "");
        Assert.That(files.ReadAgain());
        Assert.That(files.ReadAgain(), Is.False);
        var identity = files.Build();
        Assert.That(identity.Certificate!.TargetCertificate.HasPrivateKey);
        return identity;
    }
}
