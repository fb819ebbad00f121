using Microsoft.Extensions.Logging;

namespace RocketMQ.Remoting;

/// <summary>
/// How much peers can have written to a server's log: a line is written on the thread that reads sockets, and whoever reads the log may be slow.
/// </summary>
public sealed class LogThrottle(TimeProvider time, ILogger logger)
{
    private const int LinesPerSecond = 10;

    private readonly Lock _lock = new();
    private long _second;
    private int _lines;
    private long _left;

    /// <summary>Whether one more line may be written now; the first of a second says first how many were not.</summary>
    public bool Allows()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        long left = 0;
        lock (_lock)
        {
            if (second != _second)
            {
                (_second, _lines, left, _left) = (second, 0, _left, 0);
            }

            if (_lines >= LinesPerSecond)
            {
                _left++;
                return false;
            }

            _lines++;
        }

        if (left > 0)
        {
            Log.LinesLeftOut(logger, left, LinesPerSecond);
        }

        return true;
    }
}
