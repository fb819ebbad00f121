using Newtonsoft.Json.Linq;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>
/// Finds the last pop of a message among the checkpoints and acknowledgements that a broker holds back in its timer topic. They are JSON in
/// Apache's short names: t topic, c group, q queue, so start offset, d offsets relative to it, n count, pt popped at, it invisible for, ao or
/// aol acknowledged offsets.
/// </summary>
internal static class PopRecords
{
    /// <summary>Records looked at, the newest first.</summary>
    public const int MaxLookedAt = 2000;

    private const string RevivePrefix = "rmq_sys_REVIVE_LOG_";

    public static async Task<PopFacts?> FindAsync(BrokerQuestions broker, string group, MessageQueue queue, long offset)
    {
        var acknowledged = new HashSet<(long Start, long PoppedMs)>();
        await foreach (var record in broker.ReadBackwardsAsync(Stop.TimerTopic, 0, MaxLookedAt).ConfigureAwait(false))
        {
            if (record.Properties.GetValueOrDefault(PropertyNames.RealTopic)?.StartsWith(RevivePrefix, StringComparison.Ordinal) != true
                || Parse(record) is not { } body || !IsOf(body, group, queue))
            {
                continue;
            }

            var pop = ((long)body["so"]!, (long)body["pt"]!);
            if (record.Tags == "ck" && Covers(body, offset))
            {
                var popped = DateTimeOffset.FromUnixTimeMilliseconds(pop.Item2);
                return new PopFacts(popped, popped.AddMilliseconds((long)body["it"]!), acknowledged.Contains(pop));
            }

            if (record.Tags is "ack" or "bAck" && Acknowledges(body, offset))
            {
                acknowledged.Add(pop);
            }
        }

        return null;
    }

    private static bool IsOf(JObject body, string group, MessageQueue queue) =>
        (string?)body["c"] == group && (string?)body["t"] == queue.Topic && (int?)body["q"] == queue.QueueId && body["so"] is not null && body["pt"] is not null;

    private static bool Covers(JObject checkPoint, long offset)
    {
        var difference = offset - (long)checkPoint["so"]!;
        return checkPoint["d"] is JArray { Count: > 0 } differences
            ? differences.Any(d => (long)d == difference)
            : difference >= 0 && difference < ((int?)checkPoint["n"] ?? 0);
    }

    private static bool Acknowledges(JObject ack, long offset) =>
        ack["aol"] is JArray { Count: > 0 } offsets ? offsets.Any(o => (long)o == offset) : (long?)ack["ao"] == offset;

    private static JObject? Parse(StoredMessage record)
    {
        try
        {
            return JObject.Parse(System.Text.Encoding.UTF8.GetString(record.Body));
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return null;
        }
    }
}
