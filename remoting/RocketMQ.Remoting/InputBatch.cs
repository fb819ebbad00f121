namespace RocketMQ.Remoting;

/// <summary>
/// The batch of input that a thread serves now, for work that is better done once for all its requests than at each: after the last
/// frame and before the replies leave. Whoever has such work has it done by <see cref="TryDefer"/>; the transport knows nothing of it.
/// </summary>
public sealed class InputBatch
{
    [ThreadStatic]
    private static InputBatch? _ofThread;

    private readonly List<IBatchEndWork> _atEnd = [];
    private int _depth;
    private bool _isEnding;

    private InputBatch()
    {
    }

    /// <summary>Has work done when this thread's batch ends, once however often it is asked for.</summary>
    /// <returns>False when this thread serves no batch, or is at the end of one: the work is the caller's to place.</returns>
    public static bool TryDefer(IBatchEndWork work)
    {
        if (_ofThread is not { _depth: > 0, _isEnding: false } batch)
        {
            return false;
        }

        if (!batch._atEnd.Contains(work))
        {
            batch._atEnd.Add(work);
        }

        return true;
    }

    /// <summary>This thread begins to serve a batch. One that begins inside another, because a socket's event came in between, ends with it.</summary>
    internal static InputBatch Begin()
    {
        var batch = _ofThread ??= new InputBatch();
        batch._depth++;
        return batch;
    }

    internal void End()
    {
        try
        {
            if (_depth == 1 && _atEnd.Count > 0)
            {
                _isEnding = true;
                foreach (var work in _atEnd)
                {
                    work.Run();
                }
            }
        }
        finally
        {
            if (--_depth == 0)
            {
                _isEnding = false;
                _atEnd.Clear();
            }
        }
    }
}
