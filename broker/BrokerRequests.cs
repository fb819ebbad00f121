using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Cleaning;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Delaying;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.NotEnabled;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Ordering;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Replying;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Statistics;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Broker.Transactions;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker;

/// <summary>Which handler answers which request, and where: on the thread that read it, or on a lane. Only wiring.</summary>
internal sealed class BrokerRequests(
    BrokerOptions options, StoreOptions storeOptions, BrokerFeatures features, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>The table of the listener for everybody, and that of the VIP port, where nobody pulls.</summary>
    public (RequestTable All, RequestTable Vip) Tables()
    {
        var (place, role, access) = (features.Place, features.Role, features.Access);
        var (store, publisher, storeHost) = (features.Store, features.Publisher, place.StoreHost);
        var (topics, groups, offsets, statistics) = (features.Topics, features.Groups, features.Offsets, features.Statistics);
        var (consumers, producers, locks) = (features.Consumers, features.Producers, features.Locks);
        var (filters, pulled, pull, pops) = (features.Filters, features.Pulled, features.Pull, features.Pops);
        var (schedule, timers, timerMetrics, timing) = (features.Delays, features.Timers, features.TimerMetrics, features.TimerDelivery);
        var (ledger, checks, openTransactions, transactions) = (features.Ledger, features.Checks, features.OpenTransactions, features.Transactions);
        var (admin, query, coldReads, client) = (features.Admin, features.Query, features.ColdReads, features.Client);
        var (requestModes, configuration) = (features.RequestModes, features.Configuration);
        var logger = loggers.CreateLogger<BrokerServer>();

        var ids = new UniqueMessageIdSource(time, place.Announced, Environment.ProcessId);
        var sendGuard = new SendGuard(options, topics, time);
        var send = new SendMessageHandler(
            options, sendGuard, new RetrySends(groups, topics, locks), [new HalfMessages(options, openTransactions)], publisher, store, storeHost,
            new BrokerStamp(options), ids, statistics);
        var reply = new ReplyMessageHandler(
            options, sendGuard, producers, publisher, storeHost, time, loggers.CreateLogger<ReplyMessageHandler>());
        var lookUps = new QueueLookUps(store, topics, query);
        var records = new StoredRecords(store);
        var topicAdministration = new TopicAdministration(options, topics, offsets, store, timerMetrics, statistics);
        var groupAdministration = new GroupAdministration(groups, offsets, statistics);
        var offsetAdministration = new OffsetAdministration(options, offsets, consumers, topics, groups, store, statistics, pulled, place.Address, time);
        var clientAdministration = new ClientAdministration(options, consumers, producers, topics, groups, records, access.Authorizer);
        var statisticsAdministration = new StatisticsAdministration(
            options, statistics, new RuntimeInfo(options, statistics, store, schedule, timing?.Figures, query), groups, offsets, consumers, topics,
            store, place.Address);
        var notEnabled = new NotEnabledRequests(topics, place.Address, place.HaAddress(options), store.MaxPhysicalOffset);
        RequestTable.Builder Administration(RequestTable.Builder table)
        {
            notEnabled.AddTo(table);
            topicAdministration.AddTo(table, admin);
            groupAdministration.AddTo(table, admin);
            offsetAdministration.AddTo(table, admin);
            statisticsAdministration.AddTo(table, admin);
            access.AddTo(table, admin);
            return clientAdministration.AddTo(table, admin);
        }

        RequestTable.Builder Common() => Administration(pops.AddTo(new RequestTable.Builder()))
            .Add(RequestCode.SendMessage, send)
            .Add(RequestCode.SendMessageV2, send)
            .Add(RequestCode.SendBatchMessage, send)
            .Add(RequestCode.ConsumerSendMsgBack, new SendBackHandler(options, groups, topics, publisher, records, access.Authorizer, storeHost, statistics), query)
            .Add(RequestCode.SendReplyMessage, reply)
            .Add(RequestCode.SendReplyMessageV2, reply)
            .Add(RequestCode.EndTransaction, new EndTransactionHandler(
                options, store, storeHost, publisher, ledger, openTransactions, transactions, records, access.Authorizer, coldReads, time,
                loggers.CreateLogger<EndTransactionHandler>()))
            .Add(RequestCode.ResumeCheckHalfMessage, new ResumeCheckHandler(checks, records, access.Authorizer), query)
            .Add(RequestCode.QueryConsumerOffset, new QueryOffsetHandler(offsets, store, lookUps))
            .Add(RequestCode.UpdateConsumerOffset, new CommitOffsetHandler(options, offsets, groups, topics))
            .Add(RequestCode.GetMaxOffset, new MaxOffsetHandler(store, lookUps))
            .Add(RequestCode.GetMinOffset, new MinOffsetHandler(store, lookUps))
            .Add(RequestCode.SearchOffsetByTimestamp, new SearchOffsetHandler(store, lookUps), query)
            .Add(RequestCode.GetEarliestMsgStoretime, new EarliestStoreTimeHandler(store, lookUps), query)
            .Add(RequestCode.ViewMessageById, new ViewMessageHandler(records), query)
            .Add(RequestCode.QueryMessage, new QueryMessageHandler(store), query)
            .Add(RequestCode.QueryConsumeQueue, new ConsumeQueueHandler(options, topics, consumers, pulled, filters, store), query)
            .Add(RequestCode.HeartBeat, new HeartbeatHandler(options, consumers, producers, groups, topics), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.UnregisterClient, new UnregisterClientHandler(consumers, producers), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.GetConsumerListByGroup, new ConsumerListHandler(consumers))
            .Add(RequestCode.CheckClientConfig, new CheckClientConfigHandler(options), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.LockBatchMq, new LockHandler(options, locks), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.UnlockBatchMq, new UnlockHandler(locks), query, BrokerServer.InlineBodyLimit)
            .Add(RequestCode.GetQueueLockHolder, new LockHolderHandler(options, locks))
            .Add(RequestCode.RecallMessage, new RecallMessageHandler(options, storeOptions, topics, publisher, storeHost, time))
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

        RequestTable Guarded(RequestTable.Builder table) => access.Guard(SlaveRefusals.Guard(table, role)).Build();

        return (Guarded(Common().Add(RequestCode.PullMessage, pull).Add(RequestCode.LitePullMessage, pull)), Guarded(Common()));
    }
}
