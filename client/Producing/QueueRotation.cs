using System.Collections.Concurrent;

namespace RocketMQ.Client.Producing;

/// <summary>Gives out a topic's queues in turn, beginning at a random one.</summary>
internal sealed class QueueRotation(BrokerHealth? health)
{
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>The next queue at a good broker that was not tried yet; failing that, at one not tried; failing that, the next.</summary>
    public MessageQueue Next(string topic, IReadOnlyList<MessageQueue> queues, IReadOnlyCollection<string> triedBrokers)
    {
        var turn = _turns.GetOrAdd(topic, static _ => new Turn());
        var start = (int)((uint)turn.Advance() % (uint)queues.Count);
        MessageQueue? untried = null;
        for (var i = 0; i < queues.Count; i++)
        {
            var queue = queues[(start + i) % queues.Count];
            if (triedBrokers.Contains(queue.BrokerName))
            {
                continue;
            }

            if (health is null || health.IsGood(queue.BrokerName))
            {
                return queue;
            }

            untried ??= queue;
        }

        return untried ?? queues[start];
    }

    private sealed class Turn
    {
        private int _value = Random.Shared.Next();

        public int Advance() => Interlocked.Increment(ref _value);
    }
}
