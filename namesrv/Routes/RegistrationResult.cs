namespace RocketMQ.NameServer.Routes;

/// <param name="Accepted">False for a single topic from a broker that has not registered in full, and where there is no room.</param>
/// <param name="MasterAddress">For slaves: where the master of their name is, if it lives.</param>
/// <param name="HaAddress">For slaves: where that master replicates from.</param>
/// <param name="Reason">Why it is not accepted, where there is more to say.</param>
internal readonly record struct RegistrationResult(bool Accepted, string? MasterAddress = null, string? HaAddress = null, string? Reason = null);
