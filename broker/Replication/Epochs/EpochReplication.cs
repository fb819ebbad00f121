namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>What replication needs where a controller says who is master (enableControllerMode); without it brokers speak as Apache's do without a controller.</summary>
/// <param name="Epochs">Who wrote which part of the log.</param>
/// <param name="Confirmed">What a master tells its slaves.</param>
/// <param name="IsMaster">Whether this broker may be followed.</param>
/// <param name="BrokerId">Who a slave says it is: the id that the controller gave.</param>
/// <param name="MasterConfirmed">Told what its master has confirmed; not to be held up.</param>
internal sealed record EpochReplication(EpochFile Epochs, ConfirmedOffset Confirmed, Func<bool> IsMaster, Func<long> BrokerId, Action<long> MasterConfirmed);
