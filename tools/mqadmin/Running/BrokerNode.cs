namespace RocketMQ.MqAdmin.Running;

/// <summary>One broker process of a cluster.</summary>
/// <param name="Id">0 is the master.</param>
internal sealed record BrokerNode(string Cluster, string Name, long Id, string Address)
{
    private const long MasterId = 0;

    public bool IsMaster => Id == MasterId;

    /// <summary>The processes of one cluster, or of all, in the order of cluster, name and id.</summary>
    /// <exception cref="UsageException">There is no such cluster.</exception>
    public static IReadOnlyList<BrokerNode> Of(ClusterInfo info, string? cluster)
    {
        if (cluster is not null && !info.ClusterAddrTable.ContainsKey(cluster))
        {
            throw new UsageException($"There is no cluster '{cluster}'. {Known(info)}");
        }

        return
        [
            .. from entry in info.ClusterAddrTable
               where cluster is null || entry.Key == cluster
               orderby entry.Key
               from name in entry.Value.Order(StringComparer.Ordinal)
               from address in info.BrokerAddrTable.GetValueOrDefault(name)?.BrokerAddrs.OrderBy(a => a.Key) ?? Enumerable.Empty<KeyValuePair<long, string>>()
               select new BrokerNode(entry.Key, name, address.Key, address.Value),
        ];
    }

    /// <summary>The addresses of the masters of one cluster, or of all.</summary>
    /// <exception cref="UsageException">There is no such cluster.</exception>
    public static IReadOnlyList<string> Masters(ClusterInfo info, string? cluster) => [.. Of(info, cluster).Where(b => b.IsMaster).Select(b => b.Address)];

    /// <summary>Whom to ask about a broker name: the master, or the first slave when there is none.</summary>
    public static string? AddressOf(BrokerData broker) =>
        broker.BrokerAddrs.OrderBy(a => a.Key).Select(a => a.Value).FirstOrDefault();

    private static string Known(ClusterInfo info) =>
        info.ClusterAddrTable.Count == 0
            ? "No broker is registered with this name server."
            : $"The name server knows: {string.Join(", ", info.ClusterAddrTable.Keys.Order(StringComparer.Ordinal))}.";
}
