

namespace RocketMQ.Broker.Statistics;

/// <summary>The last samples of a counter; until there are so many, its beginning stands for the oldest.</summary>
internal sealed class SampleRing(CounterSample beginning, int capacity)
{
    /// <summary>A counter younger than this is treated as if it were so old: its first message is no rush.</summary>
    private const long MinElapsedMs = 10_000;

    private CounterSample[]? _samples;
    private int _count;

    public void Add(in CounterSample sample)
    {
        _samples ??= new CounterSample[capacity];
        _samples[_count++ % capacity] = sample;
    }

    public CounterRate RateUntil(in CounterSample now)
    {
        var oldest = _count < capacity ? beginning : _samples![_count % capacity];
        var sum = now.Value - oldest.Value;
        return new CounterRate(sum, now.Times - oldest.Times, sum * 1000.0 / Math.Max(MinElapsedMs, now.AtMs - oldest.AtMs));
    }
}
