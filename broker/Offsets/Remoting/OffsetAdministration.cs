using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>The requests by which operators see and move how far groups have consumed.</summary>
/// <param name="options">The broker's settings.</param>
/// <param name="offsets">How far groups are.</param>
/// <param name="consumers">Who is online.</param>
/// <param name="topics">The topics.</param>
/// <param name="groups">The groups.</param>
/// <param name="store">The messages.</param>
/// <param name="statistics">How fast groups get messages.</param>
/// <param name="pulled">What pulls subscribed to themselves.</param>
/// <param name="brokerAddress">Who answers, <c>host:port</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class OffsetAdministration(
    BrokerOptions options, ConsumerOffsets offsets, ConsumerTable consumers, TopicTable topics, SubscriptionGroups groups, MessageStore store,
    BrokerStatistics statistics, PulledSubscriptions pulled, string brokerAddress, TimeProvider time)
{
    /// <param name="table">Where they are added.</param>
    /// <param name="admin">Where they run: they read files.</param>
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane admin) => table
        .Add(RequestCode.GetAllConsumerOffset, new AllOffsetsHandler(offsets), admin)
        .Add(RequestCode.GetConsumeStats, new ConsumeStatsHandler(offsets, consumers, topics, new GroupProgress(options, offsets, store, statistics)), admin)
        .Add(RequestCode.QueryConsumeTimeSpan, new ConsumeTimeSpanHandler(options, offsets, topics, store, time), admin)
        .Add(RequestCode.InvokeBrokerToResetOffset, new ResetOffsetHandler(
            options,
            new ServerSideReset(options, offsets, topics, groups, store),
            new ClientSideReset(options, offsets, topics, consumers, store)), admin)
        .Add(RequestCode.CloneGroupOffset, new CloneOffsetsHandler(offsets, consumers, topics), admin)
        .Add(RequestCode.QueryTopicConsumeByWho, new TopicGroupsHandler(offsets, consumers), admin)
        .Add(RequestCode.QueryTopicsByConsumer, new GroupTopicsHandler(offsets, brokerAddress), admin)
        .Add(RequestCode.QuerySubscriptionByConsumer, new GroupSubscriptionHandler(consumers, pulled))
        .Add(RequestCode.QueryCorrectionOffset, new CorrectionOffsetHandler(offsets, store), admin);
}
