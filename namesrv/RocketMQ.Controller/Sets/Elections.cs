using RocketMQ.Protocol.Codes;

namespace RocketMQ.Controller.Sets;

/// <summary>
/// Who becomes master (1002, and what a controller does by itself when a master is gone). A set keeps the master it has until another is elected: an
/// election that finds nobody changes nothing.
/// </summary>
internal static class Elections
{
    /// <summary>The id in an election that is for no broker in particular.</summary>
    public const long NoBroker = -1;

    /// <param name="set">As it is stored.</param>
    /// <param name="brokerId">Who asks; with <paramref name="isDesignated"/>, who is to be it. <see cref="NoBroker"/>: the controller itself.</param>
    /// <param name="isDesignated">Whether it is to be this one and no other.</param>
    /// <param name="live">Who is alive.</param>
    /// <param name="isUncleanAllowed">Whether a broker outside the sync-state set may become master where nobody within it lives.</param>
    public static Outcome Elect(BrokerSet? set, long brokerId, bool isDesignated, SetLiveness live, bool isUncleanAllowed)
    {
        if (set is null)
        {
            return Outcome.Refuse(ResponseCode.ControllerBrokerNeedToBeRegistered, "Broker hasn't been registered");
        }

        if (brokerId == NoBroker && isDesignated)
        {
            return Outcome.Refuse(ResponseCode.ControllerElectMasterFailed, "Failed to elect a new master: designateElect names nobody, set brokerId", set);
        }

        if (set.IsNew && brokerId != NoBroker)
        {
            return set.Replicas.ContainsKey(brokerId)
                ? Appoint(set, brokerId, live)
                : Outcome.Refuse(ResponseCode.ControllerBrokerNeedToBeRegistered, $"BrokerId: {brokerId} hasn't been registered in broker-set: {set.Name}", set);
        }

        var chosen = Choose(set, set.SyncStateSet, brokerId, isDesignated, live)
            ?? (isUncleanAllowed ? Choose(set, set.Replicas.Keys, brokerId, isDesignated, live) : null);
        return chosen is not { } elected ? Failed(set, brokerId)
            : elected == set.MasterBrokerId ? Outcome.Refuse(
                ResponseCode.ControllerMasterStillExist, $"The old master {elected} is still alive, not need to elect new master for broker {set.Name}", set)
            : Appoint(set, elected, live);
    }

    private static long? Choose(BrokerSet set, IEnumerable<long> candidates, long brokerId, bool isDesignated, SetLiveness live)
    {
        if (isDesignated)
        {
            return candidates.Contains(brokerId) && (live.IsHeard(brokerId) || (brokerId == set.MasterBrokerId && live.IsAlive(brokerId))) ? brokerId : null;
        }

        if (set.MasterBrokerId is { } master && live.IsAlive(master) && candidates.Contains(master))
        {
            return master;
        }

        // Whoever asks is there, though its first heartbeat may be on its way.
        return candidates.Select(id => (Id: id, Heartbeat: live.HeardOf(id) ?? (id == brokerId ? Heartbeat.None : null)))
            .Where(each => each.Heartbeat is not null)
            .OrderByDescending(each => each.Heartbeat!.Epoch)
            .ThenByDescending(each => each.Heartbeat!.MaxOffset)
            .ThenBy(each => each.Heartbeat!.ElectionPriority)
            .ThenBy(each => each.Id)
            .Select(each => (long?)each.Id)
            .FirstOrDefault();
    }

    private static Outcome Appoint(BrokerSet set, long master, SetLiveness live) => Outcome.Change(set with
    {
        MasterBrokerId = master,
        MasterEpoch = live.EpochAfter(set),
        SyncStateSet = [master],
        SyncStateSetEpoch = checked(set.SyncStateSetEpoch + 1),
    });

    private static Outcome Failed(BrokerSet set, long brokerId) => brokerId == NoBroker
        ? Outcome.Refuse(ResponseCode.ControllerMasterNotAvailable, "Old master has down and failed to elect a new broker master", set)
        : Outcome.Refuse(ResponseCode.ControllerElectMasterFailed, "Failed to elect a new master", set);
}
