using System.Globalization;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Finds out from a broker's operation records whether a half message has ended. Their bodies are offsets: <c>12</c> (4.x) or <c>12,13,</c> (5.x).</summary>
internal static class HalfRecords
{
    /// <summary>Operation records looked at, the newest first.</summary>
    public const int MaxLookedAt = 2000;

    private const string OperationTopic = "RMQ_SYS_TRANS_OP_HALF_TOPIC";
    private const string Group = "CID_RMQ_SYS_TRANS";

    public static async Task<HalfOutcome> FindAsync(BrokerQuestions broker, Stop half)
    {
        var looked = 0;
        await foreach (var record in broker.ReadBackwardsAsync(OperationTopic, 0, MaxLookedAt).ConfigureAwait(false))
        {
            looked++;
            if (record.StoreTimestamp < half.Record.StoreTimestamp)
            {
                return await ByCursorAsync(broker, half).ConfigureAwait(false);
            }

            if (Offsets(record).Contains(half.Record.QueueOffset))
            {
                return HalfOutcome.Ended;
            }
        }

        return looked < MaxLookedAt ? await ByCursorAsync(broker, half).ConfigureAwait(false) : HalfOutcome.Unknown;
    }

    /// <summary>The broker's checks pass an open half message only by putting it back at the end of the queue.</summary>
    private static async Task<HalfOutcome> ByCursorAsync(BrokerQuestions broker, Stop half) =>
        await broker.OffsetOfAsync(Group, Stop.HalfTopic, 0).ConfigureAwait(false) > half.Record.QueueOffset ? HalfOutcome.Ended : HalfOutcome.Open;

    private static IEnumerable<long> Offsets(StoredMessage record)
    {
        foreach (var text in Encoding.UTF8.GetString(record.Body).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            {
                yield return offset;
            }
        }
    }
}
