using System.ComponentModel.DataAnnotations;
using Named = RocketMQ.Remoting.Configuration.KeyAttribute;

namespace RocketMQ.Broker.Replication;

/// <summary>
/// How a broker replicates. Every key has the name and, unless said otherwise, the default of Apache's broker. A property that can be set may change while
/// the broker runs.
/// </summary>
public sealed record ReplicationOptions
{
    /// <summary>What a log's frame may carry; a slave takes longer ones than it sends.</summary>
    public const int MaxTransferBatchSize = 4 * 1024 * 1024 - 64;

    /// <summary>Key <c>brokerRole</c>: ASYNC_MASTER, SYNC_MASTER (sends wait for slaves) or SLAVE.</summary>
    public ConfiguredRole BrokerRole { get; init; }

    /// <summary>Key <c>haMasterAddress</c>: where a slave's master ships its log, <c>host:port</c>. Empty: as the name servers say.</summary>
    public string HaMasterAddress { get; init; } = "";

    /// <summary>Key <c>haSendHeartbeatInterval</c>, ms after which a quiet side of a replication connection says that it is there.</summary>
    [Range(1, int.MaxValue)]
    public int HaSendHeartbeatInterval { get; init; } = 5000;

    /// <summary>Key <c>haHousekeepingInterval</c>, ms after which a replication connection is given up on which nothing came.</summary>
    [Range(1, int.MaxValue)]
    public int HaHousekeepingInterval { get; init; } = 20_000;

    /// <summary>Key <c>haTransferBatchSize</c>: bytes of the log that one frame carries at most.</summary>
    [Range(1, MaxTransferBatchSize)]
    public int HaTransferBatchSize { get; init; } = 32 * 1024;

    /// <summary>Key <c>haFlowControlEnable</c>: the log is shipped at no more than <see cref="MaxHaTransferByteInSecond"/>.</summary>
    public bool HaFlowControlEnable { get; set; }

    /// <summary>Key <c>maxHaTransferByteInSecond</c>: bytes of the log that are shipped each second to all slaves together, with haFlowControlEnable.</summary>
    [Range(1, long.MaxValue)]
    public long MaxHaTransferByteInSecond { get; set; } = 100 * 1024 * 1024;

    /// <summary>Key <c>haMaxGapNotInSync</c>: a slave that is so many bytes behind does not count as one that a send can wait for. Apache 4.9 has haSlaveFallbehindMax.</summary>
    [Range(1, int.MaxValue)]
    [Named("haMaxGapNotInSync", "haSlaveFallbehindMax")]
    public int HaMaxGapNotInSync { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Key <c>haAllowedAddresses</c> (ours): addresses and networks that slaves may come from. Empty: any, or this machine's where clients have to say who
    /// they are (authenticationEnabled, aclEnable), for whoever follows the log has all messages.
    /// </summary>
    public string HaAllowedAddresses { get; init; } = "";

    /// <summary>Key <c>haMaxConnections</c> (ours): connections at the replication port; one more is refused, unless one of them has said nothing yet.</summary>
    [Range(1, 1000)]
    public int HaMaxConnections { get; init; } = 32;

    /// <summary>Key <c>slaveTimeout</c>, ms that a send waits for slaves.</summary>
    [Range(1, int.MaxValue)]
    public int SlaveTimeout { get; init; } = 3000;

    /// <summary>
    /// Key <c>inSyncReplicas</c>: brokers of the set, the master among them, that have a message before its send to a SYNC_MASTER is answered. 0, the
    /// default (Apache's is 1): two, as with Apache 4.9, and a send is told at once when there is no slave (SLAVE_NOT_AVAILABLE); with
    /// enableControllerMode all of the sync-state set, as with <see cref="AllAckInSyncStateSet"/>.
    /// </summary>
    [Range(0, 100)]
    public int InSyncReplicas { get; set; }

    /// <summary>Key <c>minInSyncReplicas</c>: brokers of the set that have to be there for a send to be taken at all, with enableAutoInSyncReplicas.</summary>
    [Range(1, 100)]
    public int MinInSyncReplicas { get; set; } = 1;

    /// <summary>Key <c>enableAutoInSyncReplicas</c>: sends wait for as many brokers as there are, and at least <see cref="MinInSyncReplicas"/>, where inSyncReplicas are not there.</summary>
    public bool EnableAutoInSyncReplicas { get; set; }

    /// <summary>Key <c>syncFromLastFile</c>: a slave whose store is empty gets the master's newest log file and what follows, not all there is.</summary>
    public bool SyncFromLastFile { get; init; }

    /// <summary>Key <c>slaveReadEnable</c>: consumers that are far behind are sent to a slave, and a slave serves pulls.</summary>
    public bool SlaveReadEnable { get; set; }

    /// <summary>Key <c>offsetCheckInSlave</c>: a slave corrects offsets that its queue does not have; else the consumer asks again, for the slave may be behind.</summary>
    public bool OffsetCheckInSlave { get; set; }

    /// <summary>Key <c>enableControllerMode</c>: a controller says who of the set is master; brokerRole and brokerId count for nothing then.</summary>
    public bool EnableControllerMode { get; init; }

    /// <summary>Key <c>controllerAddr</c>: the controllers, <c>host:port</c> joined by semicolons.</summary>
    public string ControllerAddr { get; init; } = "";

    /// <summary>Key <c>allAckInSyncStateSet</c>: a send is answered when the whole sync-state set has it, and read only then. Whoever is elected has it.</summary>
    public bool AllAckInSyncStateSet { get; set; }

    /// <summary>Key <c>haMaxTimeSlaveNotCatchup</c>, ms after which a slave that has not caught up leaves the sync-state set.</summary>
    [Range(1, int.MaxValue)]
    public long HaMaxTimeSlaveNotCatchup { get; set; } = 15_000;

    /// <summary>Key <c>asyncLearner</c>: a slave that follows, and is never in the sync-state set.</summary>
    public bool AsyncLearner { get; init; }

    /// <summary>Key <c>brokerHeartbeatInterval</c>, ms between the heartbeats that controllers get.</summary>
    [Range(10, int.MaxValue)]
    public int BrokerHeartbeatInterval { get; init; } = 500;

    /// <summary>Key <c>controllerHeartBeatTimeoutMills</c>, ms without a heartbeat after which controllers take this broker for dead.</summary>
    [Range(100, int.MaxValue)]
    public long ControllerHeartBeatTimeoutMills { get; init; } = 2000;

    /// <summary>Key <c>syncBrokerMetadataPeriod</c>, ms after which a controller is asked who is master, whether or not it has said so.</summary>
    [Range(10, int.MaxValue)]
    public long SyncBrokerMetadataPeriod { get; init; } = 5000;

    /// <summary>Key <c>syncControllerMetadataPeriod</c>, ms after which controllers are asked which one leads.</summary>
    [Range(10, int.MaxValue)]
    public long SyncControllerMetadataPeriod { get; init; } = 10_000;

    /// <summary>Key <c>checkSyncStateSetPeriod</c>, ms after which a master looks for slaves that have not caught up.</summary>
    [Range(10, int.MaxValue)]
    public long CheckSyncStateSetPeriod { get; init; } = 5000;

    /// <summary>Key <c>brokerElectionPriority</c>: of brokers that have the same, the one with the lowest number is elected.</summary>
    public int BrokerElectionPriority { get; init; } = int.MaxValue;

    /// <summary>Key <c>storePathEpochFile</c>: who wrote which part of the log. Empty: epochFileCheckpoint in storePathRootDir.</summary>
    public string StorePathEpochFile { get; init; } = "";

    /// <summary>Key <c>storePathBrokerIdentity</c>: the id that the controller gave. Empty: brokerIdentity in storePathRootDir.</summary>
    public string StorePathBrokerIdentity { get; init; } = "";
}
