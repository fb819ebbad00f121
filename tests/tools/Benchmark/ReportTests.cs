using System.Text.Json;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Tools.Tests.Benchmark;

public class ReportTests
{
    private static readonly Report Run = new()
    {
        Mode = "producer",
        Seconds = 2,
        Messages = 1000,
        LatencyMs = new LatencyFigures(1, 2, 3, 4, 5, 1.5),
        BrokerCpu = CpuFigures.Between(new ProcessUsage(1, 2, 0, 0), new ProcessUsage(1.01, 2.02, 1024 * 1024, 0), 1000),
        Figures = new Dictionary<string, double> { ["residentMiB"] = 60 },
    };

    [Test]
    public void The_json_names_every_figure_with_its_unit()
    {
        using var json = JsonDocument.Parse(Run.ToJson());
        var root = json.RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(root.GetProperty("mode").GetString(), Is.EqualTo("producer"));
            Assert.That(root.GetProperty("messagesPerSecond").GetDouble(), Is.EqualTo(500));
            Assert.That(root.GetProperty("latencyMs").GetProperty("p999").GetDouble(), Is.EqualTo(4));
            Assert.That(root.GetProperty("brokerCpu").GetProperty("microsPerMessage").GetDouble(), Is.EqualTo(30).Within(1e-6));
            Assert.That(root.GetProperty("figures").GetProperty("residentMiB").GetDouble(), Is.EqualTo(60));
            Assert.That(root.TryGetProperty("firstFailure", out _), Is.False);
        });
    }

    [Test]
    public void A_comparison_gives_medians_and_the_spread_of_the_ratios()
    {
        Report[] a = [With(10), With(20), With(30)];
        Report[] b = [With(20), With(20), With(90)];
        var comparison = Comparison.Of(a, b).Single();
        Assert.That(comparison, Is.EqualTo(new Comparison("cost", 20, 20, 2, 1, 3)));

        static Report With(double cost) => new() { Mode = "x", Figures = new Dictionary<string, double> { ["cost"] = cost } };
    }

    [Test]
    public void A_process_tells_what_it_used()
    {
        var usage = ProcessUsage.Of(Environment.ProcessId);
        Assert.Multiple(() =>
        {
            Assert.That(usage.CpuSeconds, Is.GreaterThan(0));
            Assert.That(usage.ResidentBytes, Is.GreaterThan(1024 * 1024));
            Assert.That(usage.WakeUps, Is.GreaterThan(0));
        });
    }
}
