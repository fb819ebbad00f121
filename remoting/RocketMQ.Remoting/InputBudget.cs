using System.Globalization;

namespace RocketMQ.Remoting;

/// <summary>
/// What frames that have arrived in part may hold on all connections of a server together: a peer may declare a large frame, send most of it and
/// stop, on any number of connections.
/// </summary>
internal sealed class InputBudget(long limit)
{
    /// <summary>As much is buffered for any connection; only what is beyond it counts.</summary>
    private const int FreeBytes = 64 * 1024;

    private long _held;

    public string Refusal => string.Create(
        CultureInfo.InvariantCulture, $"frames that have arrived in part hold {limit} bytes on all connections, which is the limit (serverMaxIncompleteFrameBytes)");

    /// <param name="bytes">What the connection holds now.</param>
    /// <param name="counted">What it was counted with before; changed to what it is counted with now.</param>
    /// <returns>False when there is no room for what has come since.</returns>
    public bool TryHold(long bytes, ref long counted)
    {
        var wanted = bytes > FreeBytes ? bytes : 0;
        var more = wanted - counted;
        if (more == 0)
        {
            return true;
        }

        counted = wanted;
        return Interlocked.Add(ref _held, more) <= limit || more < 0;
    }
}
