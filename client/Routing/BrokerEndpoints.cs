namespace RocketMQ.Client.Routing;

/// <summary>The addresses of one broker name: id 0 is the master, others are slaves.</summary>
internal sealed record BrokerEndpoints(string Name, string? Cluster, IReadOnlyDictionary<long, string> Addresses)
{
    public const long MasterId = 0;

    public string? Master => Addresses.GetValueOrDefault(MasterId);

    public bool SameAs(BrokerEndpoints other) =>
        Addresses.Count == other.Addresses.Count && Addresses.All(a => other.Addresses.GetValueOrDefault(a.Key) == a.Value);
}
