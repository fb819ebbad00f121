using RocketMQ.MqAdmin.Brokers;
using RocketMQ.MqAdmin.Topics;
using TopicList = RocketMQ.MqAdmin.Topics.TopicList;

namespace RocketMQ.MqAdmin;

/// <summary>Every verb there is. A new one is a class in the folder of its group and a line here.</summary>
internal static class VerbTable
{
    public static IReadOnlyList<VerbGroup> Create() =>
    [
        new("Topics", [new UpdateTopic(), new TopicList(), new TopicRoute(), new TopicStatus()]),
        new("Brokers", [new ClusterList()]),
    ];
}
