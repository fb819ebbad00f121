using System.Text.Json;
using System.Text.RegularExpressions;
using RocketMQ.TestSupport;

namespace RocketMQ.Interop.Tests;

/// <summary>What /metrics tells after an unmodified client's traffic, as a foreign Prometheus parser reads it.</summary>
public partial class FiguresTests
{
    [Test]
    public async Task A_Prometheus_parser_reads_the_figures_of_real_traffic()
    {
        await using var host = await StandaloneHost.StartNewAsync([.. SharedBroker.Settings, "metricsPromExporterPort=0"]);
        const string topic = "FiguresTopic";
        await using (var producer = await NodeProducer.StartAsync(host.NameServer))
        {
            await producer.CreateTopicAsync(topic);
            for (var i = 0; i < 20; i++)
            {
                await producer.SendAsync(new OutgoingMessage(topic, $"{i}"));
            }
        }

        var (type, families) = await ReadAsync(Url().Match(host.Output).Value + "/metrics");
        await host.StopAsync();

        Assert.Multiple(() =>
        {
            Assert.That(type, Does.StartWith("text/plain; version=0.0.4"));
            Assert.That(families["rocketmq_topic_number"].GetProperty("type").GetString(), Is.EqualTo("GAUGE"));
            Assert.That(families["rocketmq_rpc_latency"].GetProperty("type").GetString(), Is.EqualTo("HISTOGRAM"));
            var sent = families["rocketmq_messages_in_total"].GetProperty("metrics").EnumerateArray()
                .Single(m => m.GetProperty("labels").GetProperty("topic").GetString() == topic);
            Assert.That(sent.GetProperty("value").GetString(), Is.EqualTo("20"));
            Assert.That(sent.GetProperty("labels").GetProperty("message_type").GetString(), Is.EqualTo("normal"));
            Assert.That(families.Keys, Is.SupersetOf(new[] { "rocketmq_storage_size", "rocketmq_storage_disk_ratio" }));
        });
    }

    private static async Task<(string? Type, Dictionary<string, JsonElement> Families)> ReadAsync(string url)
    {
        await using var process = ChildProcess.Start("node", ["figures.js", url], NodeModules.Folder);
        Assert.That(await process.WaitForExitAsync(TimeSpan.FromSeconds(30)), Is.Zero, process.Output);
        var page = JsonDocument.Parse(process.Output).RootElement;
        return (
            page.GetProperty("type").GetString(),
            page.GetProperty("families").EnumerateArray().ToDictionary(f => f.GetProperty("name").GetString()!, f => f));
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Url();
}
