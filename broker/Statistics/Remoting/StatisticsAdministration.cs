using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Replication.Remoting;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Statistics.Remoting;

/// <summary>The requests by which operators see how the broker does.</summary>
internal sealed class StatisticsAdministration(
    BrokerOptions options, BrokerStatistics statistics, RuntimeInfo info, SubscriptionGroups groups, ConsumerOffsets offsets, ConsumerTable consumers,
    TopicTable topics, MessageStore store, ReplicationFigures replication, string brokerAddress)
{
    /// <param name="table">Where they are added.</param>
    /// <param name="admin">Where those run that read the disk or go through all groups.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin) => table
        .Add(RequestCode.GetBrokerRuntimeInfo, new RuntimeInfoHandler(info), admin)
        .Add(RequestCode.ViewBrokerStatsData, new ViewStatisticsHandler(new StatisticsNames(statistics, options.BrokerClusterName), statistics))
        .Add(
            RequestCode.GetBrokerConsumeStats,
            new BrokerConsumeStatsHandler(
                groups, offsets, consumers, topics, new GroupProgress(options, offsets, store, statistics), brokerAddress),
            admin)
        .Add(RequestCode.GetBrokerHaStatus, new HaStatusHandler(replication));
}
