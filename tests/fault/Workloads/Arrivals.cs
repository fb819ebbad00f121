using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Reads a topic that messages come into later than they were sent, and holds each against what was promised of it.</summary>
internal sealed class Arrivals(BrokerClient broker, string topic, int queues, IReadOnlyDictionary<string, Promise> promises, Findings findings)
{
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly long[] _offsets = new long[queues];

    public bool Has(string id) => _seen.ContainsKey(id);

    /// <summary>Messages that came more than once: a delivery that was cut off by the broker's death is made again.</summary>
    public int Doubled => _seen.Values.Count(times => times > 1);

    /// <summary>Reads what came since the last time.</summary>
    public async Task ReadAsync()
    {
        for (var queueId = 0; queueId < queues; queueId++)
        {
            for (var messages = await broker.PullAsync(topic, queueId, _offsets[queueId]);
                messages.Count > 0;
                messages = await broker.PullAsync(topic, queueId, _offsets[queueId]))
            {
                foreach (var message in messages)
                {
                    var where = $"{topic}/{queueId}@{message.QueueOffset}";
                    findings.Check(message.QueueOffset == _offsets[queueId], $"{where} follows {_offsets[queueId] - 1}");
                    Inspect(message, where);
                    _offsets[queueId] = message.QueueOffset + 1;
                }
            }
        }
    }

    private void Inspect(StoredMessage message, string where)
    {
        if (message.Keys is not { } id || !promises.TryGetValue(id, out var promise))
        {
            findings.Add($"unknown: {where} has the keys '{message.Keys}', which nobody sent");
            return;
        }

        _seen[id] = _seen.GetValueOrDefault(id) + 1;
        findings.Check(message.Body.AsSpan().SequenceEqual(Payload.Of(id, promise.Size)), $"{id} at {where} has another body than was sent");
        findings.Check(
            message.StoreTimestamp >= promise.NotBeforeMs,
            promise.NotBeforeMs == long.MaxValue
                ? $"seen: {id} at {where} should never have come into sight"
                : $"early: {id} at {where} came at {message.StoreTimestamp}, {promise.NotBeforeMs - message.StoreTimestamp} ms before its time");
    }
}
