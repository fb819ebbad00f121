using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.NameServer.Tests.Support;

/// <summary>What a broker would register.</summary>
public sealed record TestBroker
{
    public string Name { get; init; } = "broker-a";
    public string Cluster { get; init; } = "DefaultCluster";
    public string Address { get; init; } = "127.0.0.1:10911";
    public long Id { get; init; }
    public bool? EnableActingMaster { get; init; } = false;
    public long? HeartbeatTimeoutMs { get; init; }
    public string? Zone { get; init; }
    public bool Compressed { get; init; }
    public int Version { get; init; } = MqVersion.Current;
    public DataVersion DataVersion { get; init; } = new() { Counter = 1, Timestamp = 1_700_000_000_000 };
    public List<string> FilterServers { get; init; } = [];
    public Dictionary<string, TopicQueueMappingInfo> Mappings { get; init; } = [];

    public List<TopicConfig> Topics { get; init; } = [Topic("T"), Topic("U", queues: 8)];

    public RegisterBrokerBody Body => new()
    {
        FilterServerList = FilterServers,
        TopicConfigSerializeWrapper = new TopicConfigAndMappingSerializeWrapper
        {
            DataVersion = DataVersion,
            TopicConfigTable = Topics.ToDictionary(t => t.TopicName),
            TopicQueueMappingInfoMap = Mappings,
        },
    };

    public static TopicConfig Topic(string name, int queues = 4, int perm = 6, int flag = 0) =>
        new() { TopicName = name, ReadQueueNums = queues, WriteQueueNums = queues, Perm = perm, TopicSysFlag = flag };

    public RegisterBrokerRequestHeader Header(int bodyCrc32) => new()
    {
        BrokerName = Name,
        BrokerAddr = Address,
        ClusterName = Cluster,
        HaServerAddr = Address.Replace("911", "912", StringComparison.Ordinal),
        BrokerId = Id,
        HeartbeatTimeoutMillis = HeartbeatTimeoutMs,
        EnableActingMaster = EnableActingMaster,
        Compressed = Compressed,
        BodyCrc32 = bodyCrc32,
        ZoneName = Zone,
    };

    /// <summary>The broker after a change of its topics.</summary>
    public TestBroker With(params TopicConfig[] topics) =>
        this with { Topics = [.. topics], DataVersion = DataVersion.Next(DataVersion.Timestamp + 1, DataVersion.StateVersion) };
}
