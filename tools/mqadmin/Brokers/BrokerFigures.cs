using System.Globalization;

namespace RocketMQ.MqAdmin.Brokers;

/// <summary>What a broker reports of itself. Brokers of other versions lack some figures: those are 0.</summary>
/// <param name="Problem">Why it reports nothing.</param>
internal sealed record BrokerFigures(BrokerNode Broker, IReadOnlyDictionary<string, string> Values, string? Problem = null)
{
    public string Text(string name, string absent = "") => Values.GetValueOrDefault(name, absent);

    public long Number(string name) => long.TryParse(Text(name), CultureInfo.InvariantCulture, out var value) ? value : 0;

    public double Fraction(string name) => double.TryParse(Text(name), CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>The first of the rates over 10 s, a minute and ten minutes.</summary>
    public double Rate(params string[] names)
    {
        var text = names.Select(n => Text(n)).FirstOrDefault(t => t.Length > 0) ?? "";
        return double.TryParse(text.Split(' ')[0], CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    public DateTimeOffset? Time(string name) => Format.Time(Number(name));
}
