using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Holds what a broker serves against a <see cref="Ledger"/>: every acknowledged message once, where it was acknowledged, unharmed and in
/// its sender's order; an unacknowledged one at most once and whole; nothing else.
/// </summary>
internal sealed class LedgerAudit(BrokerClient broker, Ledger ledger, Findings findings)
{
    private static readonly TimeSpan DispatchPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, StoredMessage> _seen = new(StringComparer.Ordinal);

    /// <param name="topics">Topic and number of queues.</param>
    /// <param name="queries">How many acknowledged messages to look for by key.</param>
    public async Task RunAsync(IEnumerable<(string Topic, int Queues)> topics, Random random, int queries)
    {
        foreach (var (topic, queues) in topics)
        {
            for (var queueId = 0; queueId < queues; queueId++)
            {
                await ReadQueueAsync(topic, queueId);
            }
        }

        var acknowledged = ledger.Acknowledged.ToList();
        foreach (var entry in acknowledged.Where(e => !_seen.ContainsKey(e.Id)))
        {
            findings.Add($"lost: {entry.Id}, acknowledged as {entry.Topic}/{entry.QueueId}@{entry.QueueOffset} {entry.OffsetMessageId}");
        }

        for (var i = 0; i < queries && acknowledged.Count > 0; i++)
        {
            await QueryAsync(acknowledged[random.Next(acknowledged.Count)]);
        }
    }

    /// <summary>The queues are built from the log after the start, so their end may lag a moment.</summary>
    public static async Task<long> EndAsync(BrokerClient broker, string topic, int queueId, long expected)
    {
        using var timeout = new CancellationTokenSource(DispatchPatience);
        var end = await broker.MaxOffsetAsync(topic, queueId);
        while (end < expected && !timeout.IsCancellationRequested)
        {
            await Task.Delay(10, CancellationToken.None);
            end = await broker.MaxOffsetAsync(topic, queueId);
        }

        return end;
    }

    private async Task ReadQueueAsync(string topic, int queueId)
    {
        var queue = $"{topic}/{queueId}";
        var expectedEnd = ledger.Acknowledged.Where(e => e.Topic == topic && e.QueueId == queueId).Select(e => e.QueueOffset + 1).DefaultIfEmpty(0).Max();
        var end = await EndAsync(broker, topic, queueId, expectedEnd);
        findings.Check(end >= expectedEnd, $"{queue} ends at {end}, before {expectedEnd}, the end of what was acknowledged");

        var lastSequences = new Dictionary<string, int>(StringComparer.Ordinal);
        var lastPhysicalOffset = -1L;
        for (var offset = await broker.MinOffsetAsync(topic, queueId); offset < end;)
        {
            var messages = await broker.PullAsync(topic, queueId, offset);
            if (messages.Count == 0)
            {
                findings.Add($"{queue} has no message at {offset}, but its end is {end}");
                return;
            }

            foreach (var message in messages)
            {
                findings.Check(message.QueueOffset == offset, $"{queue}: {message.QueueOffset} follows {offset - 1}");
                findings.Check(message.PhysicalOffset > lastPhysicalOffset, $"{queue}@{offset} lies at {message.PhysicalOffset} in the log, before its predecessor at {lastPhysicalOffset}");
                lastPhysicalOffset = message.PhysicalOffset;
                Inspect(message, queue, lastSequences);
                offset = message.QueueOffset + 1;
            }
        }
    }

    private void Inspect(StoredMessage message, string queue, Dictionary<string, int> lastSequences)
    {
        var where = $"{queue}@{message.QueueOffset} {message.OffsetMessageId}";
        if (message.Keys is not { } id || ledger.Find(id) is not { } entry)
        {
            findings.Add($"unknown: {where} has the keys '{message.Keys}', which nobody sent");
            return;
        }

        if (!_seen.TryAdd(id, message))
        {
            findings.Add($"twice: {id} at {where} and {_seen[id].OffsetMessageId}");
            return;
        }

        findings.Check(message.Topic == entry.Topic && message.QueueId == entry.QueueId, $"{id} was sent to {entry.Topic}/{entry.QueueId} and is at {where}");
        findings.Check(message.Body.AsSpan().SequenceEqual(Payload.Of(id, entry.Size)), $"{id} at {where} has another body than was sent ({message.Body.Length} B, sent {entry.Size} B)");
        if (entry.IsAcknowledged)
        {
            findings.Check(
                message.QueueOffset == entry.QueueOffset && message.OffsetMessageId == entry.OffsetMessageId,
                $"{id} was acknowledged as @{entry.QueueOffset} {entry.OffsetMessageId} and is {where}");
        }

        var last = lastSequences.GetValueOrDefault(entry.Sender, -1);
        findings.Check(entry.Sequence > last, $"order: {id} at {where} comes after number {last} of its sender");
        lastSequences[entry.Sender] = entry.Sequence;
    }

    private async Task QueryAsync(Ledger.Entry entry)
    {
        using var timeout = new CancellationTokenSource(DispatchPatience);
        while (true)
        {
            var found = await broker.QueryByKeyAsync(entry.Topic, entry.Id);
            if (found.Any(m => m.OffsetMessageId == entry.OffsetMessageId))
            {
                findings.Check(found.Count == 1, $"the index finds {entry.Id} {found.Count} times");
                return;
            }

            if (timeout.IsCancellationRequested)
            {
                findings.Add($"the index does not find {entry.Id} of {entry.Topic}, acknowledged as {entry.OffsetMessageId}");
                return;
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }
}
