using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Cleaning.Remoting;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Configuration.Remoting;
using RocketMQ.Broker.Consumers.Remoting;
using RocketMQ.Broker.Delaying.Remoting;
using RocketMQ.Broker.Filtering.Remoting;
using RocketMQ.Broker.Groups.Remoting;
using RocketMQ.Broker.NotEnabled.Remoting;
using RocketMQ.Broker.Offsets.Remoting;
using RocketMQ.Broker.Ordering.Remoting;
using RocketMQ.Broker.Popping.Remoting;
using RocketMQ.Broker.Pulling.Remoting;
using RocketMQ.Broker.Queries.Remoting;
using RocketMQ.Broker.Registration;
using RocketMQ.Broker.Replication.Metadata.Remoting;
using RocketMQ.Broker.Replying.Remoting;
using RocketMQ.Broker.Roles.Remoting;
using RocketMQ.Broker.Sending.Remoting;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Statistics.Remoting;
using RocketMQ.Broker.Timing.Remoting;
using RocketMQ.Broker.Topics.Remoting;
using RocketMQ.Broker.Transactions.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Remoting;

/// <summary>Which handler answers which request, and where: on the thread that read it, or on a lane. Only wiring.</summary>
internal sealed class BrokerRequests(
    BrokerOptions options, BrokerFeatures features, BrokerOperations operations, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The table of the listener for everybody, and that of the VIP port, where nobody pulls.</summary>
    public (RequestTable All, RequestTable Vip) Tables()
    {
        var (place, role, access) = (features.Place, features.Role, features.Access);
        var store = features.Store;
        var (topics, groups, offsets, statistics) = (features.Topics, features.Groups, features.Offsets, features.Statistics);
        var (consumers, producers) = (features.Consumers, features.Producers);
        var (filters, pulled) = (features.Filters, features.Pulled);
        var (schedule, timers, timerMetrics, timing) = (features.Delays, features.Timers, features.TimerMetrics, features.TimerDelivery);
        var (admin, query, coldReads, client) = (features.Admin, features.Query, features.ColdReads, features.Client);
        var (requestModes, configuration) = (features.RequestModes, features.Configuration);
        var logger = loggers.CreateLogger<BrokerServer>();

        var accessRequests = new AccessRequests(options, access);
        var callers = accessRequests.Callers;
        var send = new SendMessageHandler(options, operations.Sends);
        var reply = new ReplyMessageHandler(options, operations.Replies, place.StoreHost);
        var pull = new PullMessageHandler(operations.Pulls, coldReads);
        var lookUps = new LookUps(operations.Queues, query);
        var topicAdministration = new TopicAdministration(options, topics, offsets, store, timerMetrics, statistics);
        var groupAdministration = new GroupAdministration(options, groups, offsets, statistics);
        var offsetAdministration = new OffsetAdministration(options, offsets, consumers, topics, groups, store, statistics, pulled, place.Address, time);
        var clientAdministration = new ClientAdministration(options, consumers, producers, topics, groups, operations.Records, access.Authorizer, callers);
        var statisticsAdministration = new StatisticsAdministration(
            options, statistics, new RuntimeInfo(options, statistics, store, schedule, timing?.Figures, query), groups, offsets, consumers, topics,
            store, features.Replication, place.Address);
        var notEnabled = new NotEnabledRequests(topics, place.Address, place.HaAddress(options), store.MaxPhysicalOffset, features.MembershipRequests);
        RequestTable.Builder Administration(RequestTable.Builder table)
        {
            notEnabled.AddTo(table);
            topicAdministration.AddTo(table, admin);
            groupAdministration.AddTo(table, admin);
            offsetAdministration.AddTo(table, admin);
            statisticsAdministration.AddTo(table, admin);
            accessRequests.AddTo(table, admin);
            return clientAdministration.AddTo(table, admin);
        }

        RequestTable.Builder Common() => Administration(PopRequests.AddTo(new RequestTable.Builder(), operations.Pops, coldReads))
            .Add(RequestCode.SendMessage, send)
            .Add(RequestCode.SendMessageV2, send)
            .Add(RequestCode.SendBatchMessage, send)
            .Add(RequestCode.ConsumerSendMsgBack, new SendBackHandler(operations.SendBacks, callers), query)
            .Add(RequestCode.SendReplyMessage, reply)
            .Add(RequestCode.SendReplyMessageV2, reply)
            .Add(RequestCode.EndTransaction, new EndTransactionHandler(operations.TransactionEnds, callers, coldReads))
            .Add(RequestCode.ResumeCheckHalfMessage, new ResumeCheckHandler(operations.ResumedChecks, callers), query)
            .Add(RequestCode.QueryConsumerOffset, new QueryOffsetHandler(lookUps))
            .Add(RequestCode.UpdateConsumerOffset, new CommitOffsetHandler(operations.OffsetCommits))
            .Add(RequestCode.GetMaxOffset, new MaxOffsetHandler(lookUps))
            .Add(RequestCode.GetMinOffset, new MinOffsetHandler(lookUps))
            .Add(RequestCode.SearchOffsetByTimestamp, new SearchOffsetHandler(operations.Queues), query)
            .Add(RequestCode.GetEarliestMsgStoretime, new EarliestStoreTimeHandler(operations.Queues), query)
            .Add(RequestCode.ViewMessageById, new ViewMessageHandler(operations.Messages), query)
            .Add(RequestCode.QueryMessage, new QueryMessageHandler(operations.Messages), query)
            .Add(RequestCode.QueryConsumeQueue, new ConsumeQueueHandler(options, topics, consumers, pulled, filters, store), query)
            .Add(RequestCode.HeartBeat, new HeartbeatHandler(options, operations.Heartbeats), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.UnregisterClient, new UnregisterClientHandler(operations.Heartbeats), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.GetConsumerListByGroup, new ConsumerListHandler(consumers))
            .Add(RequestCode.CheckClientConfig, new CheckClientConfigHandler(options), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.LockBatchMq, new LockHandler(options, operations.Locks), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.UnlockBatchMq, new UnlockHandler(operations.Locks), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.GetQueueLockHolder, new LockHolderHandler(options, operations.Locks))
            .Add(RequestCode.RecallMessage, new RecallMessageHandler(options, operations.Recalls))
            .Add(RequestCode.GetTimerCheckPoint, new TimerCheckpointHandler(timers))
            .Add(RequestCode.GetTimerMetrics, new TimerMetricsHandler(timerMetrics), admin)
            .Add(RequestCode.QueryAssignment, new QueryAssignmentHandler(options, requestModes, consumers, new TopicRoutes(options, topics, client, time)), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.SetMessageRequestMode, new SetMessageRequestModeHandler(requestModes, topics, groups), admin)
            .Add(RequestCode.GetAllMessageRequestMode, new AllMessageRequestModesHandler(requestModes), admin)
            .Add(RequestCode.CleanExpiredConsumequeue, new CleanQueuesHandler(store), admin)
            .Add(RequestCode.DeleteExpiredCommitlog, new DeleteLogFilesHandler(store), admin)
            .Add(RequestCode.GetBrokerConfig, new BrokerConfigHandler(configuration), admin)
            .Add(RequestCode.UpdateBrokerConfig, new UpdateBrokerConfigHandler(configuration, topics, logger), admin)
            .Add(RequestCode.GetAllDelayOffset, new DelayOffsetsHandler(schedule), admin);

        var life = Guid.NewGuid().ToString("N");
        RequestTable Guarded(RequestTable.Builder table) =>
            accessRequests.Guard(SlaveRefusals.Guard(MetadataRequests.AnswerSlaves(table, features, life), role, options)).Build();

        return (Guarded(Common().Add(RequestCode.PullMessage, pull).Add(RequestCode.LitePullMessage, pull)), Guarded(Common()));
    }
}
