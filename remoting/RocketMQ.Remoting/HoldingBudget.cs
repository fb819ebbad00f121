using System.Globalization;

namespace RocketMQ.Remoting;

/// <summary>
/// What all connections of a server together may hold for peers that let it wait: frames they began, answers they do not read. Past the limit
/// those are closed who hold the most for the longest, not the one who happens to come: many that stall must not shut out one that works.
/// </summary>
/// <param name="what">Names it in the reason why a connection was closed.</param>
/// <param name="key">The option that sets the limit.</param>
/// <param name="limit">Bytes.</param>
/// <param name="time">The clock of how long.</param>
internal sealed class HoldingBudget(string what, string key, long limit, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Holding> _holdings = [];
    private long _held;

    /// <summary>Takes note of what a connection holds; called after each change of it.</summary>
    /// <param name="holding">The connection's.</param>
    /// <param name="hasMoved">Whether its peer did something for what it held so far: sent the rest of a frame, read an answer.</param>
    public void Note(Holding holding, bool hasMoved)
    {
        if (holding is { Counted: 0, Bytes: 0 })
        {
            return;
        }

        List<Holding>? heaviest = null;
        lock (_lock)
        {
            // Read here: whoever comes last counts what is there last, in whatever order two threads come.
            Count(holding, holding.Bytes, hasMoved);
            if (_held > limit)
            {
                heaviest = TakeHeaviest();
            }
        }

        foreach (var each in heaviest ?? [])
        {
            each.Close(string.Create(
                CultureInfo.InvariantCulture, $"{what} hold more than {limit} bytes on all connections, which is the limit ({key}), and this one let the most wait for the longest"));
        }
    }

    /// <summary>The connection ended.</summary>
    public void Release(Holding holding)
    {
        lock (_lock)
        {
            holding.IsReleased = true;
            Count(holding, 0, hasMoved: true);
        }
    }

    private void Count(Holding holding, long bytes, bool hasMoved)
    {
        bytes = holding.IsReleased ? 0 : bytes;
        if (hasMoved || holding.Counted == 0)
        {
            holding.Since = time.GetTimestamp();
        }

        _held += bytes - holding.Counted;
        holding.Counted = bytes;
        if (bytes > 0)
        {
            _holdings.Add(holding);
        }
        else
        {
            _holdings.Remove(holding);
        }
    }

    /// <summary>Enough of them that the next look is a while away: each sorts all.</summary>
    private List<Holding> TakeHeaviest()
    {
        var taken = new List<Holding>();
        foreach (var holding in _holdings.OrderByDescending(each => each.Counted * time.GetElapsedTime(each.Since).TotalSeconds).ToList())
        {
            if (_held <= limit / 4 * 3)
            {
                break;
            }

            holding.IsReleased = true;
            Count(holding, 0, hasMoved: true);
            taken.Add(holding);
        }

        return taken;
    }
}
