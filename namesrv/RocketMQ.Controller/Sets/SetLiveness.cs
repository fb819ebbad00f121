namespace RocketMQ.Controller.Sets;

/// <summary>Who of a set is alive, as its controller sees it at one moment.</summary>
/// <param name="alive">By id; without a heartbeat: taken for alive, though not heard.</param>
internal sealed class SetLiveness(IReadOnlyDictionary<long, Heartbeat?> alive)
{
    /// <summary>How far ahead of its set's epoch a broker's may be to be believed: nobody is to use up all epochs there are with one heartbeat.</summary>
    private const int MaxEpochLead = 1_000_000;

    public static SetLiveness Nobody { get; } = new(new Dictionary<long, Heartbeat?>());

    /// <summary>Heard in time, or within the time that a controller which has just begun gives everybody.</summary>
    public bool IsAlive(long brokerId) => alive.ContainsKey(brokerId);

    public bool IsHeard(long brokerId) => HeardOf(brokerId) is not null;

    public Heartbeat? HeardOf(long brokerId) => alive.GetValueOrDefault(brokerId);

    /// <summary>The epoch that a new master gets: beyond the set's, and beyond any that a broker has in its epoch file, which would not follow a lower one.</summary>
    public int EpochAfter(BrokerSet set)
    {
        var highest = set.Replicas.Keys.Select(id => HeardOf(id)?.Epoch ?? -1).Where(epoch => epoch <= (long)set.MasterEpoch + MaxEpochLead).DefaultIfEmpty(-1).Max();
        return checked(Math.Max(set.MasterEpoch, highest) + 1);
    }
}
