namespace RocketMQ.NameServer.Routes;

/// <summary>A broker process, as the name server tells it from others.</summary>
internal readonly record struct BrokerKey(string Cluster, string Address);
