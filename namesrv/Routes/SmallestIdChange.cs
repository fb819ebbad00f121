namespace RocketMQ.NameServer.Routes;

/// <summary>The smallest id of a broker name came or went: what its brokers are told.</summary>
/// <param name="BrokerName">The name that the brokers share.</param>
/// <param name="Addresses">Who is left, by id, smallest first.</param>
/// <param name="OfflineAddress">Who went; null when one came.</param>
/// <param name="HaAddress">Where the one that came replicates from.</param>
internal sealed record SmallestIdChange(
    string BrokerName, IReadOnlyList<KeyValuePair<long, string>> Addresses, string? OfflineAddress, string? HaAddress);
