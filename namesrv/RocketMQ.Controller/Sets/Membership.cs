using System.Globalization;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Controller.Sets;

/// <summary>Brokers take ids (1012, 1013), say where they are (1003), and are forgotten (1011).</summary>
internal static class Membership
{
    public const long FirstBrokerId = 1;

    /// <summary>Longest check code, characters: an address and a time.</summary>
    public const int MaxCheckCodeLength = 512;

    public static long NextId(BrokerSet? set) => set?.NextBrokerId ?? FirstBrokerId;

    /// <summary>Gives a broker the id it applies for, unless another has it. The same application twice is one.</summary>
    /// <param name="set">As it is stored.</param>
    /// <param name="name">Of the set, where there is none yet.</param>
    /// <param name="cluster">Of the set, where there is none yet.</param>
    /// <param name="brokerId">What it applies for.</param>
    /// <param name="replica">Who it is.</param>
    /// <param name="maxReplicas">Brokers that a set may have.</param>
    public static Outcome Apply(BrokerSet? set, string cluster, string name, long brokerId, Replica replica, int maxReplicas)
    {
        if (set is null && brokerId != FirstBrokerId)
        {
            return Outcome.Refuse(
                ResponseCode.ControllerBrokerIdInvalid, $"Broker-set: {name} hasn't been registered in controller, but broker try to apply brokerId: {brokerId}");
        }

        set ??= new BrokerSet { Cluster = cluster, Name = name };
        if (set.Replicas.TryGetValue(brokerId, out var holder))
        {
            return holder.CheckCode == replica.CheckCode ? Outcome.Same(set) : Taken();
        }

        if (brokerId is < FirstBrokerId or >= int.MaxValue)
        {
            return Taken();
        }

        return set.Replicas.Count < maxReplicas
            ? Outcome.Change(set with { Replicas = set.Replicas.Add(brokerId, replica), NextBrokerId = Math.Max(set.NextBrokerId, brokerId + 1) })
            : Outcome.Refuse(ResponseCode.SystemError, $"Broker-set {name} has {set.Replicas.Count} brokers, maxBrokerNumInSet is {maxReplicas}: clean those that are gone, or raise it", set);

        Outcome Taken() => Outcome.Refuse(ResponseCode.ControllerBrokerIdInvalid, $"Fail to apply brokerId: {brokerId} in broker-set: {name}", set);
    }

    /// <summary>
    /// Notes where a broker is that has just begun. If it is the master, it is so no longer: its log may have lost an end that others have, so whoever leads
    /// next, itself or another, does so in a new epoch, by which they find that out.
    /// </summary>
    public static Outcome Register(BrokerSet? set, string name, long? brokerId, string address)
    {
        if (set is null)
        {
            return Outcome.Refuse(ResponseCode.ControllerBrokerNeedToBeRegistered, $"Broker-set: {name} hasn't been registered in controller");
        }

        if (brokerId is not { } id || !set.Replicas.TryGetValue(id, out var replica))
        {
            return Outcome.Refuse(
                ResponseCode.ControllerBrokerNeedToBeRegistered,
                string.Create(CultureInfo.InvariantCulture, $"BrokerId: {(brokerId is null ? "null" : brokerId)} hasn't been registered in broker-set: {name}"),
                set);
        }

        var registered = set with { Replicas = replica.Address == address ? set.Replicas : set.Replicas.SetItem(id, replica with { Address = address }) };
        return id == set.MasterBrokerId ? Outcome.Change(WithoutMaster(registered))
            : registered.Replicas == set.Replicas ? Outcome.Same(set)
            : Outcome.Change(registered);
    }

    /// <summary>Forgets brokers. The last of a sync-state set is not forgotten while others are left: without it nobody could be elected, ever.</summary>
    /// <param name="set">As it is stored.</param>
    /// <param name="name">That was asked for.</param>
    /// <param name="ids">Joined by semicolons; none: the whole set.</param>
    /// <param name="isLivingCleaned">Whether living ones are forgotten, too.</param>
    /// <param name="live">Who is alive.</param>
    public static Outcome Clean(BrokerSet? set, string name, string? ids, bool isLivingCleaned, SetLiveness live)
    {
        if (set is null)
        {
            return Refuse($"Broker {name} is not existed,clean broker data failure.");
        }

        if (string.IsNullOrWhiteSpace(ids))
        {
            return isLivingCleaned || !set.Replicas.Keys.Any(live.IsHeard) ? Outcome.Change(null) : Refuse($"Broker {name} is still alive, clean up failure");
        }

        var cleaned = new HashSet<long>();
        foreach (var text in ids.Split(';'))
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                return Refuse("Please set the option <brokerControllerIdsToClean> according to the format, exception: one of them is no number");
            }

            if (!isLivingCleaned && live.IsHeard(id))
            {
                return Refuse($"Broker [{name},  {id}] is still alive, clean up failure");
            }

            cleaned.Add(id);
        }

        var left = set.Replicas.RemoveRange(cleaned);
        if (left.Count == set.Replicas.Count)
        {
            return Outcome.Same(set);
        }

        if (left.IsEmpty)
        {
            return Outcome.Change(null);
        }

        var inSync = set.SyncStateSet.Except(cleaned);
        if (inSync.IsEmpty && !set.SyncStateSet.IsEmpty)
        {
            return Refuse($"Broker-set {name} would have nobody left to elect: its sync-state set is {string.Join(';', set.SyncStateSet)}. Elect another master first (enableElectUncleanMaster), or clean the whole set");
        }

        var changed = set with
        {
            Replicas = left,
            SyncStateSet = inSync,
            SyncStateSetEpoch = inSync.Count == set.SyncStateSet.Count ? set.SyncStateSetEpoch : checked(set.SyncStateSetEpoch + 1),
        };
        return Outcome.Change(set.MasterBrokerId is { } master && cleaned.Contains(master) ? WithoutMaster(changed) : changed);

        Outcome Refuse(string remark) => Outcome.Refuse(ResponseCode.ControllerInvalidCleanBrokerMetadata, remark, set);
    }

    /// <summary>The epoch grows, for brokers ask for a master when they see a new epoch without one.</summary>
    private static BrokerSet WithoutMaster(BrokerSet set) => set with { MasterBrokerId = null, MasterEpoch = checked(set.MasterEpoch + 1) };
}
