using System.Globalization;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Roles;

namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>
/// Whether a slave knows its master's topics, groups and offsets of a moment ago. A slave that has them is well while its master is away: that is what it
/// is for, and a master that is down must not take its slaves' readers away. One that never had them is not.
/// </summary>
internal sealed class MetadataCheck(CurrentRole role, MetadataSync sync, TimeProvider time) : IHealthCheck
{
    public IEnumerable<HealthFinding> Look()
    {
        if (role.IsMaster)
        {
            yield break;
        }

        var state = sync.State;
        yield return new HealthFinding("replication.tables", state.Failure is null || state.FollowedAt is not null, (state.Address, state.Failure, state.FollowedAt) switch
        {
            (null, _, _) => "no master is known: name servers say where it is once it has registered",
            ({ } address, null, { } at) => string.Create(CultureInfo.InvariantCulture, $"as of {address} {time.GetElapsedTime(at).TotalSeconds:0.#} s ago"),
            ({ } address, { } failure, { } at) => string.Create(
                CultureInfo.InvariantCulture, $"as of {address} {time.GetElapsedTime(at).TotalSeconds:0} s ago, not taken since: {failure}"),
            ({ } address, { } failure, null) => $"nothing is taken from {address}: {failure}",
            ({ } address, null, null) => $"those of {address} are on their way, or wait for the log",
        });
    }
}
