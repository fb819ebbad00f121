using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Replication.Epochs;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Topics;
using RocketMQ.Store;

namespace RocketMQ.Broker;

/// <summary>What of a broker is on the disk: the store, and the tables beside it.</summary>
/// <param name="Store">The messages.</param>
/// <param name="Config">The files of topics, groups, offsets and other tables.</param>
/// <param name="Topics">The topics, which say how the store keeps their queues.</param>
internal sealed record BrokerStorage(MessageStore Store, ConfigFolder Config, TopicTable Topics)
{
    /// <summary>Which master wrote which part of the log, where a controller says who is master.</summary>
    public EpochFile? Epochs { get; init; }

    /// <summary>Up to where the set has the log, where a controller watches over it.</summary>
    public ConfirmedOffset Confirmed { get; } = new();

    /// <summary>Opens the store. How a topic's queues are kept stands with the topics: they are read once the directory is locked, and before the queues are.</summary>
    public static BrokerStorage Open(BrokerPlan plan, BrokerOptions options, StoreOptions storeOptions, BrokerSurroundings surroundings)
    {
        var (files, time, loggers) = (surroundings.Files, surroundings.Time, surroundings.Loggers);
        ConfigFolder? config = null;
        TopicTable? topics = null;
        try
        {
            var store = MessageStore.Open(storeOptions, files, time, loggers, () =>
            {
                config = ConfigFolder.Open(Path.Combine(storeOptions.StorePathRootDir, "config"), files, time, loggers);
                topics = new TopicTable(options, config.Journalled("topics.json"), time, loggers.CreateLogger<TopicTable>()) { HasLightQueues = storeOptions.EnableLmq };
                return topics.QueueTypeOf;
            }, StoreTopics.Apache);
            plan.Hold(new BrokerPart("the store", store.DisposeAsync) { IsWaitedFor = true });
            var epochs = options.Replication.EnableControllerMode
                ? EpochFile.Open(options.Replication, storeOptions.StorePathRootDir, files, loggers.CreateLogger<EpochFile>())
                : null;
            return new BrokerStorage(store, config!, topics!) { Epochs = epochs };
        }
        finally
        {
            // Stopped before the store; also where that could not be opened.
            if (config is not null)
            {
                plan.Hold(new BrokerPart("saving of topics, groups, offsets and other tables", config.DisposeAsync) { IsWaitedFor = true });
            }
        }
    }
}
