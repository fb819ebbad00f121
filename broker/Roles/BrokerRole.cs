
namespace RocketMQ.Broker.Roles;

/// <summary>What a broker is to its set: the master, which takes messages and does what has to be done, or a slave, which only has them to read.</summary>
public readonly record struct BrokerRole
{
    private BrokerRole(long brokerId) => BrokerId = brokerId;

    /// <summary>The id that name servers and clients know it by: 0 is the master's.</summary>
    public long BrokerId { get; }

    public bool IsMaster => BrokerId == 0;

    public static BrokerRole Master => default;

    /// <param name="brokerId">From 1.</param>
    public static BrokerRole Slave(long brokerId)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(brokerId, 1);
        return new BrokerRole(brokerId);
    }

    public override string ToString() => IsMaster ? "master" : $"slave {BrokerId}";
}
