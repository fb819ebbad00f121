namespace RocketMQ.NameServer.Routes;

/// <param name="Accepted">False for a single topic from a broker that has not registered in full.</param>
/// <param name="MasterAddress">For slaves: where the master of their name is, if it lives.</param>
/// <param name="HaAddress">For slaves: where that master replicates from.</param>
internal readonly record struct RegistrationResult(bool Accepted, string? MasterAddress = null, string? HaAddress = null);
