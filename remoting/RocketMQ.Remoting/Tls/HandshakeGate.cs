namespace RocketMQ.Remoting.Tls;

/// <summary>
/// How many handshakes are under way. Where all places are taken, the oldest gives way if it has had its time: who opens connections and then says
/// nothing must not keep everybody else out.
/// </summary>
internal sealed class HandshakeGate(int limit, TimeProvider time)
{
    /// <summary>Longer than a handshake takes that has nothing to hide: its round trips, on a busy server.</summary>
    private static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LinkedList<(Action<string> End, long Since)> _underWay = new();

    public string Refusal => $"{limit} TLS handshakes are under way, the limit is {limit} (serverMaxHandshakes)";

    /// <param name="end">Ends this handshake, with the reason.</param>
    /// <returns>A place to be given back; null when there is none.</returns>
    public LinkedListNode<(Action<string> End, long Since)>? TryEnter(Action<string> end)
    {
        Action<string>? endOldest = null;
        LinkedListNode<(Action<string>, long)> place;
        lock (_lock)
        {
            if (_underWay.Count >= limit)
            {
                if (_underWay.First is not { Value: var oldest } || time.GetElapsedTime(oldest.Since) < Undisturbed)
                {
                    return null;
                }

                endOldest = oldest.End;
                _underWay.RemoveFirst();
            }

            place = _underWay.AddLast((end, time.GetTimestamp()));
        }

        endOldest?.Invoke($"its TLS handshake gives way to others: {Refusal}");
        return place;
    }

    public void Leave(LinkedListNode<(Action<string> End, long Since)> place)
    {
        lock (_lock)
        {
            if (place.List is not null)
            {
                _underWay.Remove(place);
            }
        }
    }
}
