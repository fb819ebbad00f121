using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Remoting.Transport;
using RocketMQ.TestSupport;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>What is sent is consumed, whatever client, name server and broker are connected by.</summary>
public class TransportTests
{
    [Test]
    public async Task Within_a_process_no_socket_is_needed()
    {
        await using var cluster = await LocalCluster.StartAsync(options => options with { HealthEnable = false }, new MemoryTransport());
        await using var client = cluster.Client();

        await SendAndConsumeAsync(client);
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        Assert.That(listening, Has.None.EqualTo(IPEndPoint.Parse(cluster.BrokerAddress)).And.None.EqualTo(IPEndPoint.Parse(cluster.NameServerAddress)));
    }

    [TestCase("Kestrel", false)]
    [TestCase("DotNetty", true)]
    public async Task A_host_listens_with_what_its_configuration_says(string transport, bool isDotNetty)
    {
        await using var host = await StandaloneHost.StartNewAsync($"transportType={transport}");
        await using var client = new RocketMQClient(new ClientOptions { NameServers = host.NameServer, RouteRefreshInterval = TimeSpan.FromMilliseconds(200) });

        await SendAndConsumeAsync(client);
        if (OperatingSystem.IsLinux())
        {
            Assert.That(File.ReadAllText($"/proc/{host.ProcessId}/maps").Contains("DotNetty.Transport.dll", StringComparison.Ordinal), Is.EqualTo(isDotNetty), "loaded");
        }
    }

    private static async Task SendAndConsumeAsync(RocketMQClient client)
    {
        var received = new ConcurrentQueue<string>();
        await using var producer = client.CreateProducer(new ProducerOptions { Group = "P" });
        foreach (var i in Enumerable.Range(0, 100))
        {
            await producer.SendAsync(new Message("Any", Encoding.UTF8.GetBytes($"{i}")));
        }

        await using var consumer = await client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "C", Subscriptions = new Dictionary<string, FilterExpression> { ["Any"] = FilterExpression.All }, ConsumeFrom = ConsumeFrom.FirstOffset,
            },
            (message, _) =>
            {
                received.Enqueue(Encoding.UTF8.GetString(message.Body.Span));
                return new(ConsumeResult.Success);
            });
        await Eventually.TrueAsync(() => received.Count >= 100, "100 messages");

        Assert.That(received.Order(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}").Order()));
    }
}
