using System.Globalization;

namespace RocketMQ.Protocol.Bodies;

/// <summary>How far a group is in a queue, in time: ms since 1970.</summary>
public sealed record QueueTimeSpan
{
    public MessageQueue? MessageQueue { get; init; }
    public long MinTimeStamp { get; init; }
    public long MaxTimeStamp { get; init; }
    public long ConsumeTimeStamp { get; init; }

    /// <summary>How late the group is, in ms.</summary>
    public long DelayTime { get; init; }

    public string MinTimeStampStr => Format(MinTimeStamp);

    public string MaxTimeStampStr => Format(MaxTimeStamp);

    public string ConsumeTimeStampStr => Format(ConsumeTimeStamp);

    // As brokers print it: in the local time of the one that answers.
    private static string Format(long timestamp)
    {
        var earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
        var latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timestamp, earliest, latest)).ToLocalTime()
            .ToString("yyyy-MM-dd#HH:mm:ss:fff", CultureInfo.InvariantCulture);
    }
}
