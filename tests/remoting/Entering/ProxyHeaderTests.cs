using System.Buffers;
using System.Net;
using System.Text;
using RocketMQ.Remoting.Entering;
using RocketMQ.Remoting.Tests.Support;

namespace RocketMQ.Remoting.Tests.Entering;

/// <summary>The bytes of the PROXY protocol, both versions.</summary>
public class ProxyHeaderTests
{
    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 40000 10911\r\n", "192.0.2.1:40000")]
    [TestCase("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0:0")]
    [TestCase("PROXY TCP6 2001:db8::1 2001:db8::9 40000 10911\r\n", "[2001:db8::1]:40000")]
    [TestCase("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [TestCase("PROXY UNKNOWN\r\n", null)]
    [TestCase("PROXY UNKNOWN whatever stands here\r\n", null)]
    public void A_text_header_is_read(string text, string? source)
    {
        var header = Read(Encoding.ASCII.GetBytes(text + "rest"));
        Assert.That(header, Is.EqualTo(new ProxyHeader(ProxyHeaderStatus.Complete, source is null ? null : IPEndPoint.Parse(source), text.Length)));
    }

    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 40000\r\n")]
    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 40000 10911 \r\n")]
    [TestCase("PROXY TCP4  192.0.2.1 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 65536 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 -1 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 +1 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2.1 192.0.2.9 0x1 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 127.1 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 010.0.0.1 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 0x7f.0.0.1 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2.256 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 2001:db8::1 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY TCP6 192.0.2.1 2001:db8::9 40000 10911\r\n")]
    [TestCase("PROXY TCP6 fe80::1%1 2001:db8::9 40000 10911\r\n")]
    [TestCase("PROXY TCP6 [2001:db8::1] 2001:db8::9 40000 10911\r\n")]
    [TestCase("PROXY TCP4 192.0.2.1 nowhere 40000 10911\r\n")]
    [TestCase("PROXY UDP4 192.0.2.1 192.0.2.9 40000 10911\r\n")]
    [TestCase("PROXY \r\n")]
    [TestCase("PROXY tcp4 192.0.2.1 192.0.2.9 40000 10911\r\n")]
    public void A_text_header_that_is_not_exact_is_refused(string text) =>
        Assert.That(Read(Encoding.ASCII.GetBytes(text)), Has.Property(nameof(ProxyHeader.Status)).EqualTo(ProxyHeaderStatus.Invalid));

    [Test]
    public void A_text_header_ends_within_107_bytes()
    {
        var text = "PROXY UNKNOWN ".PadRight(105, 'x');
        Assert.That(Read(Encoding.ASCII.GetBytes(text + "\r\n")).Length, Is.EqualTo(107));
        Assert.That(Read(Encoding.ASCII.GetBytes(text)).Status, Is.EqualTo(ProxyHeaderStatus.Incomplete));
        Assert.That(Read(Encoding.ASCII.GetBytes(text + "xx\r\n")).Status, Is.EqualTo(ProxyHeaderStatus.Invalid));
        Assert.That(Read(Encoding.ASCII.GetBytes(text + "\n\n\n")).Status, Is.EqualTo(ProxyHeaderStatus.Invalid));
    }

    [TestCase(0x21, 0x11, "C0000201 C0000209 9C40 2A9F", "192.0.2.1:40000")]
    [TestCase(0x21, 0x11, "C0000201 C0000209 9C40 2A9F 03000400000000 EA0003616263", "192.0.2.1:40000", Description = "What follows the addresses is passed over.")]
    [TestCase(0x21, 0x21, "20010DB8000000000000000000000001 20010DB8000000000000000000000009 9C40 2A9F", "[2001:db8::1]:40000")]
    [TestCase(0x20, 0x00, "", null, Description = "LOCAL: the proxy's own connection.")]
    [TestCase(0x20, 0x11, "C0000201 C0000209 9C40 2A9F", null)]
    [TestCase(0x21, 0x00, "", null, Description = "UNSPEC")]
    [TestCase(0x21, 0x00, "010203", null)]
    [TestCase(0x21, 0x12, "C0000201 C0000209 9C40 2A9F", null, Description = "Datagrams.")]
    [TestCase(0x21, 0x31, "", null, Description = "UNIX")]
    [TestCase(0x21, 0xFF, "", null)]
    public void A_binary_header_is_read(int command, int family, string addresses, string? source)
    {
        var bytes = Binary(command, family, addresses);
        Assert.That(
            Read([.. bytes, 1, 2, 3]), Is.EqualTo(new ProxyHeader(ProxyHeaderStatus.Complete, source is null ? null : IPEndPoint.Parse(source), bytes.Length)));
    }

    [TestCase(0x11, 0x11, "C0000201 C0000209 9C40 2A9F", "a PROXY header of version 1 with command 1, which is not known")]
    [TestCase(0x22, 0x11, "C0000201 C0000209 9C40 2A9F", "a PROXY header of version 2 with command 2, which is not known")]
    [TestCase(0x21, 0x11, "C0000201 C0000209 9C40", "a PROXY header with 10 bytes of addresses, which are too few for its family")]
    [TestCase(0x21, 0x21, "C0000201 C0000209 9C40 2A9F", "a PROXY header with 12 bytes of addresses, which are too few for its family")]
    public void A_binary_header_that_can_not_be_is_refused(int command, int family, string addresses, string error) =>
        Assert.That(Read(Binary(command, family, addresses)), Is.EqualTo(ProxyHeader.Invalid(error)));

    [Test]
    public void A_binary_header_has_a_longest()
    {
        Assert.That(Read(Binary(0x21, 0x11, new string('0', 2 * (16 * 1024 - 16)))).Length, Is.EqualTo(16 * 1024));
        Assert.That(Read([.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0xFF, 0xFF]), Is.EqualTo(ProxyHeader.Invalid("a PROXY header of 65551 bytes, the limit is 16384")));
    }

    [Test]
    public void A_header_may_come_in_any_two_parts()
    {
        byte[][] headers = [Encoding.ASCII.GetBytes("PROXY TCP4 192.0.2.1 192.0.2.9 40000 10911\r\n"), Binary(0x21, 0x11, "C0000201 C0000209 9C40 2A9F 010203")];
        foreach (var bytes in headers)
        {
            for (var at = 1; at < bytes.Length; at++)
            {
                Assert.That(Read(bytes[..at]).Status, Is.EqualTo(ProxyHeaderStatus.Undecided).Or.EqualTo(ProxyHeaderStatus.Incomplete));
                Assert.That(ProxyHeader.Read(Segments.Of(bytes[..at], bytes[at..])).Source, Is.EqualTo(IPEndPoint.Parse("192.0.2.1:40000")));
            }
        }
    }

    [TestCase("POST / HTTP/1.1\r\n")]
    [TestCase("PROX1")]
    [TestCase("\r\n\r\n\r\n")]
    [TestCase("\0\0\0\u0010")]
    [TestCase("GET")]
    public void Other_bytes_are_none(string text) => Assert.That(Read(Encoding.Latin1.GetBytes(text)), Is.EqualTo(default(ProxyHeader)));

    [Test]
    public void Whatever_follows_a_signature_is_an_answer_and_no_exception()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            byte[] all = [.. round % 2 == 0 ? "PROXY TCP6 "u8 : "\r\n\r\n\0\r\nQUIT\n"u8, .. bytes];
            Assert.That(() => Read(all).Length, Is.InRange(0, all.Length), $"seed {seed}, round {round}");
        }
    }

    private static ProxyHeader Read(byte[] bytes) => ProxyHeader.Read(new ReadOnlySequence<byte>(bytes));

    private static byte[] Binary(int command, int family, string addresses)
    {
        var rest = Convert.FromHexString(addresses.Replace(" ", "", StringComparison.Ordinal));
        return [.. "\r\n\r\n\0\r\nQUIT\n"u8, (byte)command, (byte)family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];
    }
}
