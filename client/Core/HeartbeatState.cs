using System.Collections.Concurrent;

namespace RocketMQ.Client.Core;

/// <summary>What brokers know of this client from its last heartbeat: the hash of its subscriptions, by address.</summary>
internal sealed class HeartbeatState
{
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    private readonly record struct Known(int Fingerprint, bool TakesFingerprint);

    public bool Knows(string address, int fingerprint) => _known.TryGetValue(address, out var known) && known.Fingerprint == fingerprint;

    /// <summary>Whether the fingerprint alone will do: the broker has the subscriptions and can compare.</summary>
    public bool FingerprintSuffices(string address, int fingerprint) =>
        _known.TryGetValue(address, out var known) && known.TakesFingerprint && known.Fingerprint == fingerprint;

    public void Took(string address, int fingerprint, bool takesFingerprint) => _known[address] = new Known(fingerprint, takesFingerprint);

    public void Forget(string address) => _known.TryRemove(address, out _);
}
