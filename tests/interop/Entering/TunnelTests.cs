using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests.Entering;

/// <summary>The npm package, which speaks no TLS, through a tunnel of Node.js's to a name server and a broker that take nothing else.</summary>
public class TunnelTests
{
    [Test]
    public async Task Messages_are_sent_and_consumed_over_TLS_that_both_ends_verify()
    {
        using var authority = new TestAuthority();
        var (certPath, keyPath) = authority.Certify("server");
        var (tunnelCert, tunnelKey) = authority.Certify("tunnel");
        await using var host = await StandaloneHost.StartNewAsync(
        [
            .. SharedBroker.Settings,

            // Where the tunnel listens: the client connects to what it is told of.
            "brokerIP1=127.0.0.2",
            "tls.server.mode=enforcing",
            $"tls.server.certPath={certPath}",
            $"tls.server.keyPath={keyPath}",
            "tls.server.need.client.auth=require",
            $"tls.server.trustCertPath={authority.Path}",
            $"tls.client.certPath={certPath}",
            $"tls.client.keyPath={keyPath}",
            $"tls.client.trustCertPath={authority.Path}",
        ]);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] ports = [host.NameServer.Split(':')[1], host.Broker.Split(':')[1]];
        await using var tunnel = ChildProcess.Start(
            "node", ["tunnel.js", "127.0.0.2", "127.0.0.1", authority.Path, tunnelCert, tunnelKey, .. ports], NodeModules.Folder,
            line => _ = line == "ready" && ready.TrySetResult());
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var nameServer = $"127.0.0.2:{ports[0]}";

        await using var producer = await NodeProducer.StartAsync(nameServer);
        await producer.CreateTopicAsync("TunnelTopic");
        await UntilRoutedAsync(producer);
        var bodies = await producer.SendManyAsync("TunnelTopic", "m", 50);
        await using var consumer = await NodeConsumer.StartAsync(nameServer, "tunnel-group", new ConsumerSettings("TunnelTopic"));
        var received = await consumer.ReceivesAsync(50);

        Assert.That(received.Select(message => message.Body), Is.EquivalentTo(bodies));
        Assert.That(tunnel.Output, Does.Contain($"tunnel {ports[1]} TLSv1.3 authorized=true").And.Not.Contain("authorized=false"));
    }

    private static async Task UntilRoutedAsync(NodeProducer producer)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await producer.FindRouteAsync("TunnelTopic");
                return;
            }
            catch (NodeClientException e) when (e.Code == 17 && attempt < 200)
            {
                await Task.Delay(20);
            }
        }
    }
}
