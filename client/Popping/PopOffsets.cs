using System.Globalization;

namespace RocketMQ.Client.Popping;

/// <summary>The first offset of a pop in each of the queues it took from: <c>retryFlag queueId offset</c>, joined by <c>;</c>.</summary>
internal static class PopOffsets
{
    public static Dictionary<(string RetryFlag, int QueueId), long> Parse(string? text)
    {
        var offsets = new Dictionary<(string, int), long>();
        foreach (var segment in (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment.Split(' ') is [var flag, var queueId, var offset])
            {
                offsets[(flag, int.Parse(queueId, CultureInfo.InvariantCulture))] = long.Parse(offset, CultureInfo.InvariantCulture);
            }
        }

        return offsets;
    }
}
