using System.Globalization;

namespace RocketMQ.Benchmark.Measuring;

/// <summary>One figure of two brokers over several pairs of runs: medians, and how far the ratio of the pairs went.</summary>
internal sealed record Comparison(string Figure, double A, double B, double Ratio, double LeastRatio, double LargestRatio)
{
    /// <param name="a">Runs of A, one for each of <paramref name="b"/>.</param>
    public static IEnumerable<Comparison> Of(IReadOnlyList<Report> a, IReadOnlyList<Report> b)
    {
        foreach (var figure in a[0].AllFigures().Select(f => f.Name))
        {
            var pairs = a.Zip(b, (x, y) => (A: Value(x, figure), B: Value(y, figure))).Where(p => p is { A: > 0, B: > 0 }).ToList();
            if (pairs.Count > 0)
            {
                var ratios = pairs.Select(p => p.B / p.A).Order().ToList();
                yield return new Comparison(
                    figure, Median(pairs.Select(p => p.A)), Median(pairs.Select(p => p.B)), Median(ratios), ratios[0], ratios[^1]);
            }
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Figure,-32} {A,12:0.###} {B,12:0.###} {Ratio,8:0.000}   {LeastRatio:0.000} to {LargestRatio:0.000}");

    private static double Value(Report report, string figure) => report.AllFigures().FirstOrDefault(f => f.Name == figure).Value;

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }
}
