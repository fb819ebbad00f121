namespace RocketMQ.Remoting;

/// <summary>
/// Replies that a thread gives in one go, to whatever connections: those of a connection leave in one flush. For who answers many requests because of
/// one thing that they waited for.
/// </summary>
public static class ReplyBatch
{
    [ThreadStatic]
    private static List<ConnectionOutput>? _open;

    [ThreadStatic]
    private static List<ConnectionOutput>? _spare;

    /// <summary>Does work that replies; when it ends, all of that leaves. It should not take long: replies wait for its end.</summary>
    public static void Run(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_open is not null)
        {
            work();
            return;
        }

        var outputs = _open = _spare ?? [];
        _spare = null;
        try
        {
            work();
        }
        finally
        {
            _open = null;
            foreach (var output in outputs)
            {
                output.FlushDeferred();
            }

            outputs.Clear();
            _spare = outputs;
        }
    }

    /// <summary>Whether this thread will flush an output later; once for each.</summary>
    internal static bool TryDefer(ConnectionOutput output)
    {
        if (_open is not { } outputs)
        {
            return false;
        }

        outputs.Add(output);
        return true;
    }
}
