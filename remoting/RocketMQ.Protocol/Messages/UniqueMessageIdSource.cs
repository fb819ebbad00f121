using System.Net;

namespace RocketMQ.Protocol.Messages;

/// <summary>Makes <see cref="UniqueMessageId"/>s: unique within a process for 65,536 per millisecond. Thread-safe.</summary>
/// <param name="time">Clock and local time zone; the id counts milliseconds from the first of the local month.</param>
/// <param name="address">This host's address.</param>
/// <param name="loaderHash">Tells apart what shares address and process id; any number.</param>
public sealed class UniqueMessageIdSource(TimeProvider time, IPAddress address, int loaderHash)
{
    private int _counter;

    public string Next()
    {
        var now = time.GetLocalNow();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, now.Offset);
        var elapsedMs = (int)(uint)(long)(now - month).TotalMilliseconds;
        var counter = Interlocked.Increment(ref _counter) - 1;
        return new UniqueMessageId(address, Environment.ProcessId & 0xFFFF, loaderHash, elapsedMs, counter & 0xFFFF).ToString();
    }
}
