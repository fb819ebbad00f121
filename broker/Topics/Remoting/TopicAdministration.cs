using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Timing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>The requests by which operators look after topics.</summary>
internal sealed class TopicAdministration(
    BrokerOptions options, TopicTable topics, ConsumerOffsets offsets, MessageStore store, TimerMetrics? timers, BrokerStatistics statistics)
{
    private readonly TopicChanges _changes = new(options, topics);

    /// <param name="table">Where they are added.</param>
    /// <param name="admin">Where they run: they read and delete files.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin) => table
        .Add(RequestCode.UpdateAndCreateTopic, new CreateTopicHandler(_changes, topics), admin)
        .Add(RequestCode.UpdateAndCreateTopicList, new CreateTopicListHandler(_changes, topics), admin)
        .Add(RequestCode.DeleteTopicInBroker, new DeleteTopicHandler(options, topics, new TopicDeletion(options, topics, offsets, store, timers)), admin)
        .Add(RequestCode.GetAllTopicConfig, new AllTopicsHandler(options, topics), admin)
        .Add(RequestCode.GetTopicConfig, new TopicConfigHandler(topics))
        .Add(RequestCode.GetTopicStatsInfo, new TopicStatsHandler(options, topics, store, statistics), admin)
        .Add(RequestCode.GetSystemTopicListFromBroker, new SystemTopicsHandler(topics))
        .Add(RequestCode.CleanUnusedTopic, new CleanUnusedTopicsHandler(topics, store), admin);
}
