using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Tools.Tests.Benchmark;

public class LatencyHistogramTests
{
    [Test]
    public void Percentiles_are_within_one_percent_and_the_maximum_is_exact()
    {
        var durations = Enumerable.Range(1, 100_000).Select(i => (long)Math.Pow(1.0002, i)).ToArray();
        var histogram = new LatencyHistogram();
        foreach (var duration in durations)
        {
            histogram.Record(duration);
        }

        Assert.Multiple(() =>
        {
            foreach (var part in new[] { 0.001, 0.1, 0.5, 0.9, 0.99, 0.999 })
            {
                var exact = durations[(int)Math.Ceiling(part * durations.Length) - 1];
                Assert.That(histogram.PercentileNs(part), Is.InRange(exact, exact * 1.01 + 1), $"{part}");
            }

            Assert.That(histogram.PercentileNs(1), Is.EqualTo(durations[^1]));
            Assert.That(histogram.MaxNs, Is.EqualTo(durations[^1]));
            Assert.That(histogram.MeanNs, Is.EqualTo(durations.Average()).Within(0.001).Percent);
        });
    }

    [Test]
    public void Two_histograms_added_are_the_histogram_of_all()
    {
        var (low, high) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 900; i++)
        {
            low.Record(TimeSpan.FromMicroseconds(1));
        }

        for (var i = 1; i <= 100; i++)
        {
            high.Record(TimeSpan.FromMilliseconds(1));
        }

        low.Add(high);
        Assert.Multiple(() =>
        {
            Assert.That(low.Count, Is.EqualTo(1000));
            Assert.That(low.PercentileNs(0.9), Is.EqualTo(1_000).Within(1).Percent);
            Assert.That(low.PercentileNs(0.901), Is.EqualTo(1_000_000).Within(1).Percent);
        });
    }

    [Test]
    public void A_histogram_without_durations_says_zero() => Assert.That(new LatencyHistogram().PercentileNs(0.99), Is.Zero);

    [TestCase(-5, 0)]
    [TestCase(0, 0)]
    [TestCase(255, 255)]
    [TestCase(256, 256)]
    [TestCase(long.MaxValue, (1L << 40) - 1)]
    public void A_single_duration_comes_back(long duration, long expected)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(duration);
        Assert.That(histogram.PercentileNs(0.5), Is.EqualTo(expected));
    }
}
