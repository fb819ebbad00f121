using System.Buffers.Binary;
using System.Net;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests.Entering;

/// <summary>HAProxy in front of the broker: messages are born where the client is, not where the proxy is.</summary>
public class HaproxyTests
{
    private const string Client = "127.0.0.9";
    private const string Front = "127.0.0.3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestCase("send-proxy")]
    [TestCase("send-proxy-v2")]
    [TestCase("send-proxy-v2 proxy-v2-options unique-id,crc32c")]
    [TestCase("ssl verify none send-proxy-v2")]
    public async Task A_message_is_born_at_the_client_of_a_trusted_proxy(string how)
    {
        await using var host = await StandaloneHost.StartNewAsync("proxyProtocolTrustedAddresses=127.0.0.1");
        await using var proxy = await Proxy.StartAsync(host.Broker, how);
        using var peer = new PlainPeer(proxy.Address, Client);
        peer.Send(Requests.Send("HaproxyTopic", [1, 2, 3]));
        Assert.That(Requests.Answer(peer.Receive()).Code, Is.Zero);
        peer.Send(Requests.Pull("HaproxyTopic"));
        var record = Requests.Answer(peer.Receive()).Body.FirstSpan;

        Assert.That(new IPAddress(record.Slice(MessageLayout.BornHost, 4)), Is.EqualTo(IPAddress.Parse(Client)));
        Assert.That(BinaryPrimitives.ReadInt32BigEndian(record[(MessageLayout.BornHost + 4)..]), Is.EqualTo(peer.LocalEndPoint.Port));
    }

    [Test]
    public async Task A_proxy_that_is_not_trusted_is_not_served()
    {
        await using var host = await StandaloneHost.StartNewAsync();
        await using var proxy = await Proxy.StartAsync(host.Broker, "send-proxy-v2");
        using var peer = new PlainPeer(proxy.Address, Client);
        peer.Send(Requests.Send("HaproxyTopic", [1, 2, 3]));
        Assert.That(peer.Receive(), Is.Null);
        using var direct = new PlainPeer(host.Broker);
        direct.Send(Requests.Pull("HaproxyTopic"));
        Assert.That(Requests.Answer(direct.Receive()).Code, Is.EqualTo(Protocol.Codes.ResponseCode.TopicNotExist), "nothing was stored");
    }

    /// <summary>A running HAProxy that forwards to one server.</summary>
    private sealed class Proxy : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private ChildProcess? _process;

        public string Address { get; private init; } = "";

        public static async Task<Proxy> StartAsync(string server, string how)
        {
            var proxy = new Proxy { Address = $"{Front}:{server.Split(':')[1]}" };
            await File.WriteAllTextAsync(proxy._folder.File("haproxy.cfg"), $"""
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                listen broker
                  bind {proxy.Address}
                  unique-id-format %[uuid()]
                  server broker {server} {how}

                """);
            try
            {
                proxy._process = Installed.Start("haproxy", ["-db", "-f", proxy._folder.File("haproxy.cfg")]);
                await proxy.WaitAsync();
                return proxy;
            }
            catch
            {
                await proxy.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is not null)
            {
                await _process.DisposeAsync();
            }

            _folder.Dispose();
        }

        private async Task WaitAsync()
        {
            var end = TimeProvider.System.GetUtcNow() + Patience;
            while (true)
            {
                try
                {
                    using var probe = new PlainPeer(Address);
                    return;
                }
                catch (System.Net.Sockets.SocketException) when (TimeProvider.System.GetUtcNow() < end && _process is { HasExited: false })
                {
                    await Task.Delay(20);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    Assert.Fail($"HAProxy does not listen at {Address}. It printed:\n{_process!.Output}");
                }
            }
        }
    }
}
