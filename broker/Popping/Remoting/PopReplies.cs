using System.Globalization;
using System.Text;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>What a pop is answered for each of its results, in one place.</summary>
internal static class PopReplies
{
    public static RemotingCommand Of(PopResult result)
    {
        var header = result.Batch is { } batch ? Header(batch) : new PopMessageResponseHeader();
        if (result.Refusal is { } refusal)
        {
            return refusal.ToResponse(header);
        }

        var response = RemotingCommand.Response(ResponseCode.Success, header, "FOUND");
        response.BodySource = result.Batch!.Records;
        return response;
    }

    /// <summary>For what may not be in memory, on a thread that may wait for it.</summary>
    public static RemotingCommand OfTouched(PopResult result)
    {
        if (result.Refusal is null)
        {
            result.Touch();
        }

        return Of(result);
    }

    public static RemotingCommand Failed(Exception exception) =>
        RemotingCommand.Response(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}");

    private static PopMessageResponseHeader Header(PopBatch batch)
    {
        var starts = new StringBuilder();
        var offsets = new StringBuilder();
        var orderCounts = new StringBuilder();
        foreach (var queue in batch.Taken)
        {
            var flag = PopTopics.FlagOf(queue.Topic);
            if (queue.PoppedBefore is { } poppedBefore)
            {
                AddOrderCounts(orderCounts, flag, queue, poppedBefore);
            }

            Separated(starts).Append(CultureInfo.InvariantCulture, $"{flag} {queue.QueueId} {queue.StartOffset}");
            Separated(offsets).Append(CultureInfo.InvariantCulture, $"{flag} {queue.QueueId} ").AppendJoin(',', queue.Offsets);
        }

        return new PopMessageResponseHeader
        {
            PopTime = batch.PopTimeMs,
            InvisibleTime = batch.Request.InvisibleMs,
            ReviveQid = batch.ReviveQueueId,
            RestNum = batch.Rest,
            StartOffsetInfo = starts.ToString(),
            MsgOffsetInfo = offsets.ToString(),
            OrderCountInfo = batch.IsOrdered ? orderCounts.ToString() : null,
        };
    }

    /// <summary>How often the messages of an ordered pop were popped before: each by its offset, and the least of all by its queue.</summary>
    private static void AddOrderCounts(StringBuilder counts, string flag, PoppedQueue queue, IReadOnlyDictionary<long, int> poppedBefore)
    {
        foreach (var (offset, count) in poppedBefore)
        {
            Separated(counts).Append(CultureInfo.InvariantCulture, $"{flag} qo{queue.QueueId}%{offset} {count}");
        }

        var least = poppedBefore.Count == queue.Offsets.Count ? poppedBefore.Values.Min() : 0;
        Separated(counts).Append(CultureInfo.InvariantCulture, $"{flag} {queue.QueueId} {least}");
    }

    private static StringBuilder Separated(StringBuilder list) => list.Length == 0 ? list : list.Append(';');
}
