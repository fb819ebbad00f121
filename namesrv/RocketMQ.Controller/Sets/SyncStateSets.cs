using System.Collections.Immutable;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Controller.Sets;

/// <summary>A master changes the set of those that keep up with it (1001). Checks stand in Apache's order: brokers act upon the first code.</summary>
internal static class SyncStateSets
{
    /// <param name="set">As it is stored.</param>
    /// <param name="masterBrokerId">Who says so.</param>
    /// <param name="masterEpoch">The epoch it leads in.</param>
    /// <param name="proposed">The set it wants.</param>
    /// <param name="syncStateSetEpoch">Of the set it knows.</param>
    /// <param name="live">Who is alive.</param>
    public static Outcome Alter(BrokerSet? set, long? masterBrokerId, int? masterEpoch, ImmutableSortedSet<long> proposed, int syncStateSetEpoch, SetLiveness live)
    {
        if (set is null)
        {
            return Outcome.Refuse(ResponseCode.ControllerAlterSyncStateSetFailed, "Broker metadata is not existed");
        }

        if (set.SyncStateSet.SetEquals(proposed))
        {
            return Refuse(ResponseCode.ControllerAlterSyncStateSetFailed, "The newSyncStateSet is equal with oldSyncStateSet, no needed to update syncStateSet");
        }

        if (set.MasterBrokerId is not { } master || master != masterBrokerId)
        {
            return Reject(ResponseCode.ControllerInvalidMaster, $"the current leader is:{{{Shown(set.MasterBrokerId)}}}, not {{{Shown(masterBrokerId)}}}");
        }

        if (set.MasterEpoch != masterEpoch)
        {
            return Reject(ResponseCode.ControllerFencedMasterEpoch, $"the current master epoch is:{{{set.MasterEpoch}}}, not {{{Shown(masterEpoch)}}}");
        }

        if (set.SyncStateSetEpoch != syncStateSetEpoch)
        {
            return Reject(ResponseCode.ControllerFencedSyncStateSetEpoch, $"the current syncStateSet epoch is:{{{set.SyncStateSetEpoch}}}, not {{{syncStateSetEpoch}}}");
        }

        foreach (var id in proposed)
        {
            if (!set.Replicas.ContainsKey(id))
            {
                return Reject(ResponseCode.ControllerInvalidReplicas, $"the replicas {{{id}}} don't exist");
            }

            if (!live.IsAlive(id))
            {
                return Reject(ResponseCode.ControllerBrokerNotAlive, $"the replicas {{{id}}} don't alive");
            }
        }

        return proposed.Contains(master)
            ? Outcome.Change(set with { SyncStateSet = proposed, SyncStateSetEpoch = checked(set.SyncStateSetEpoch + 1) })
            : Reject(ResponseCode.ControllerAlterSyncStateSetFailed, $"the newSyncStateSet don't contains origin leader {{{master}}}");

        Outcome Refuse(int code, string remark) => Outcome.Refuse(code, remark, set);

        Outcome Reject(int code, string reason) => Refuse(code, $"Rejecting alter syncStateSet request because {reason}");
    }

    private static string Shown(long? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";
}
