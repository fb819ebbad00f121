using RocketMQ.Store;

namespace RocketMQ.Broker.Roles;

/// <summary>The role a broker has now, for all who go by it. Changed by the server alone.</summary>
public sealed class CurrentRole
{
    private long _brokerId;
    private long _logEnd = -1;

    public BrokerRole Role => BrokerId == 0 ? BrokerRole.Master : BrokerRole.Slave(BrokerId);

    public long BrokerId => Volatile.Read(ref _brokerId);

    public bool IsMaster => BrokerId == 0;

    /// <summary>
    /// Whether nobody has written to the log since this broker was its master last: what a part remembers of then is still so. Else it has to be
    /// found in the store again, as at a start.
    /// </summary>
    public bool HasLogStayed { get; private set; }

    internal void Set(BrokerRole role) => Volatile.Write(ref _brokerId, role.BrokerId);

    /// <summary>Appends have ended.</summary>
    internal void NoteLogEnd(MessageStore store) => _logEnd = store.MaxPhysicalOffset;

    /// <summary>Appends are about to begin again.</summary>
    internal void CompareLogEnd(MessageStore store) => HasLogStayed = _logEnd == store.MaxPhysicalOffset;
}
