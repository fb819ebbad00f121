using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Broker.Transactions;

/// <summary>The half messages that have not ended, counted when asked.</summary>
public sealed class OpenTransactions(MessageStore store, TransactionLedger ledger, TransactionChecks checks)
{
    /// <summary>Half messages looked at; what lies behind them is not counted.</summary>
    public const int MaxLookedAt = 10_000;

    /// <summary>Topics that half messages are for, and how many of each. Reads records: not for a loop thread.</summary>
    public IReadOnlyDictionary<string, long> CountByTopic()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var start = Math.Max(checks.Cursor, store.MinOffset(SystemTopics.TransactionHalf, 0));
        var end = Math.Min(store.MaxOffset(SystemTopics.TransactionHalf, 0), start + MaxLookedAt);
        for (var offset = start; offset < end; offset++)
        {
            if (ledger.OutcomeOf(offset) is null && TopicOf(offset) is { } topic)
            {
                counts[topic] = counts.GetValueOrDefault(topic) + 1;
            }
        }

        return counts;
    }

    private string? TopicOf(long halfOffset)
    {
        using var got = store.Get(SystemTopics.TransactionHalf, 0, halfOffset, 1);
        return got.Count > 0 && got.QueueOffsetAt(0) == halfOffset && MessageRecord.TryRead(got[0], out var half) == RecordReadStatus.Ok
            && RealDestination.TryRead(half.Properties, out var topic, out _)
                ? topic
                : null;
    }
}
