using RocketMQ.Controller.Sets;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Liveness;

/// <summary>A broker that was heard, or elected because it asked and not heard yet.</summary>
/// <param name="Connection">That it was heard over last.</param>
/// <param name="LastTimestamp">When.</param>
/// <param name="Timeout">How long it may be silent.</param>
/// <param name="Heartbeat">What it said; none yet.</param>
internal sealed record LiveReplica(RemotingConnection Connection, long LastTimestamp, TimeSpan Timeout, Heartbeat? Heartbeat);
