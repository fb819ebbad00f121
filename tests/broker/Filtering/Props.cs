using System.Text;

namespace RocketMQ.Broker.Tests.Filtering;

/// <summary>Properties as records hold them.</summary>
internal static class Props
{
    public static byte[] Of(params (string Name, string Value)[] properties) =>
        Encoding.UTF8.GetBytes(string.Concat(properties.Select(property => $"{property.Name}\u0001{property.Value}\u0002")));

    /// <summary>From <c>a=1;b=x</c>.</summary>
    public static byte[] Parse(string text) =>
        Of([.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1]))]);
}
