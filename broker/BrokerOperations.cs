using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Ordering;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Queries;
using RocketMQ.Broker.Replying;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Transactions;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker;

/// <summary>
/// What clients ask of a broker, in values of the domain: a protocol decodes a request, calls one of these and encodes its result. Only wiring.
/// </summary>
internal sealed class BrokerOperations
{
    public BrokerOperations(BrokerOptions options, StoreOptions storeOptions, BrokerFeatures features, TimeProvider time, ILoggerFactory loggers)
    {
        var (place, access) = (features.Place, features.Access);
        var (store, publisher, storeHost) = (features.Store, features.Publisher, place.StoreHost);
        var (topics, groups, statistics) = (features.Topics, features.Groups, features.Statistics);
        var sendGuard = new SendGuard(options, topics, time);
        Records = new StoredRecords(store);
        Sends = new Sends(
            options, sendGuard, new RetrySends(groups, topics, features.Locks), [new HalfMessages(options, features.OpenTransactions)], publisher, store,
            storeHost, new BrokerStamp(options), new UniqueMessageIdSource(time, place.Announced, Environment.ProcessId), statistics);
        SendBacks = new SendBacks(options, groups, topics, publisher, Records, access.Authorizer, storeHost, statistics);
        Replies = new Replies(options, sendGuard, features.Producers, publisher, storeHost, time, loggers.CreateLogger<Replies>());
        TransactionEnds = new TransactionEnds(
            options, store, storeHost, publisher, features.Ledger, features.OpenTransactions, features.Transactions, Records, access.Authorizer, time,
            loggers.CreateLogger<TransactionEnds>());
        ResumedChecks = new ResumedChecks(features.Checks, Records, access.Authorizer);
        Recalls = new Recalls(options, storeOptions, topics, publisher, storeHost, time);
        Pulls = features.Pulls;
        Pops = features.Pops;
        OffsetCommits = new OffsetCommits(options, features.Offsets, groups, topics);
        Queues = new QueueLookUps(store, topics, features.Offsets);
        Messages = new MessageQueries(store, Records);
        Heartbeats = new Heartbeats(options, features.Consumers, features.Producers, groups, topics);
        Locks = features.Locks;
    }

    public Sends Sends { get; }

    public SendBacks SendBacks { get; }

    public Replies Replies { get; }

    public TransactionEnds TransactionEnds { get; }

    public ResumedChecks ResumedChecks { get; }

    public Recalls Recalls { get; }

    public Pulls Pulls { get; }

    /// <summary>Pop, peek, acknowledge, change of invisible time, notification.</summary>
    public PopConsumption Pops { get; }

    public OffsetCommits OffsetCommits { get; }

    public QueueLookUps Queues { get; }

    public MessageQueries Messages { get; }

    public StoredRecords Records { get; }

    public Heartbeats Heartbeats { get; }

    public QueueLocks Locks { get; }
}
