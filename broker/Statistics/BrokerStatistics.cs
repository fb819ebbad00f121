using System.Collections.Concurrent;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Topics;
using RocketMQ.Store;

namespace RocketMQ.Broker.Statistics;

/// <summary>
/// What the broker counts. Messages put are counted where the log is followed, so that every way into it counts and no send pays for a
/// shared counter; gets, acknowledgements and the rest by the handlers. Counting locks and allocates nothing once a topic or group is known.
/// </summary>
public sealed class BrokerStatistics : ILogDispatcher, IAsyncDisposable
{
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ITimer _sampling;
    private readonly ConcurrentDictionary<string, TopicFigures> _topics = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TopicGroup, GroupFigures> _groups = new();
    private readonly Func<string, TopicFigures> _addTopic;
    private readonly int _maxGroups;
    private int _groupCount;

    /// <summary>What those do together that are not counted singly.</summary>
    private readonly GroupFigures _otherGroups;
    private DateTime _day;
    private long _seconds;
    private long _putFailed;
    private long _getFound;
    private long _getMissed;

    /// <param name="time">The clock.</param>
    /// <param name="maxGroups">Topics of groups that are counted singly.</param>
    public BrokerStatistics(TimeProvider time, int maxGroups = int.MaxValue)
    {
        _maxGroups = maxGroups;
        _time = time;
        StartedMs = NowMs;
        _addTopic = topic => new TopicFigures(topic, NowMs);
        _otherGroups = new GroupFigures(new TopicGroup("", ""), NowMs);
        Put = new Counter(StartedMs);
        PutOfClients = new Counter(StartedMs);
        Got = new Counter(StartedMs);
        GotOfClients = new Counter(StartedMs);
        PutBytes = new Counter(StartedMs);
        CheckPoints = new Counter(StartedMs);
        Acknowledged = new Counter(StartedMs);
        _day = time.GetLocalNow().Date;
        SampleThroughput();
        _sampling = time.CreateTimer(_ => Sample(), null, SamplePeriod, SamplePeriod);
    }

    /// <summary>When counting began, in ms since 1970.</summary>
    public long StartedMs { get; }

    /// <summary>Every topic that was written to since start.</summary>
    public ICollection<TopicFigures> Topics => _topics.Values;

    /// <summary>Every group's doings with every topic since start.</summary>
    public ICollection<GroupFigures> Groups => _groups.Values;

    /// <summary>Messages put, system topics included.</summary>
    public Counter Put { get; }

    /// <summary>Messages put into topics other than system topics.</summary>
    public Counter PutOfClients { get; }

    /// <summary>Bytes of the records put.</summary>
    public Counter PutBytes { get; }

    /// <summary>Messages pulled and popped.</summary>
    public Counter Got { get; }

    /// <summary>Messages pulled and popped of topics other than system topics.</summary>
    public Counter GotOfClients { get; }

    /// <summary>Checkpoints of pops.</summary>
    public Counter CheckPoints { get; }

    /// <summary>Popped messages acknowledged.</summary>
    public Counter Acknowledged { get; }

    /// <summary>How long sends took until they were stored.</summary>
    public LatencyHistogram PutLatency { get; } = new();

    /// <summary>How long gets that found messages took, without the time they were parked.</summary>
    public LatencyHistogram GetLatency { get; } = new();

    public Throughput Throughput { get; } = new();

    /// <summary>The totals at the last midnights.</summary>
    public DailyTotals Daily { get; private set; } = new(0, 0, 0, 0);

    /// <summary>Sends that the store refused.</summary>
    public long PutFailed => Volatile.Read(ref _putFailed);

    /// <summary>Gets that found messages.</summary>
    public long GetsFound => Volatile.Read(ref _getFound);

    /// <summary>Gets that found none.</summary>
    public long GetsMissed => Volatile.Read(ref _getMissed);

    /// <summary>Now, in ms since 1970: what rates are asked with.</summary>
    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A topic's figures, begun if there are none.</summary>
    public TopicFigures Topic(string topic) => _topics.GetOrAdd(topic, _addTopic);

    /// <summary>A group's figures with a topic, begun if there are none.</summary>
    public GroupFigures Group(string topic, string group)
    {
        var key = new TopicGroup(topic, group);
        if (_groups.TryGetValue(key, out var figures))
        {
            return figures;
        }

        if (Volatile.Read(ref _groupCount) >= _maxGroups)
        {
            return _otherGroups;
        }

        figures = new GroupFigures(key, NowMs);
        if (_groups.TryAdd(key, figures))
        {
            Interlocked.Increment(ref _groupCount);
            return figures;
        }

        return _groups.TryGetValue(key, out var known) ? known : figures;
    }

    public TopicFigures? FindTopic(string topic) => _topics.GetValueOrDefault(topic);

    public GroupFigures? FindGroup(string topic, string group) => _groups.GetValueOrDefault(new TopicGroup(topic, group));

    /// <summary>A time to hand to <see cref="SendStored"/> and <see cref="GotMessages"/>.</summary>
    public long StartClock() => _time.GetTimestamp();

    /// <summary>Counts a record of the log; the store calls it from one thread at a time.</summary>
    public void OnRecord(in DispatchedRecord record)
    {
        var topic = Topic(record.Topic);
        var size = record.Record.Size;
        var messages = record.Messages;
        topic.Messages.AddAlone(messages);
        topic.Bytes.AddAlone(size);
        topic.Sizes.RecordAlone(size);
        Put.AddAlone(messages);
        PutBytes.AddAlone(size);
        if (!topic.IsSystem)
        {
            PutOfClients.AddAlone(messages);
        }

        if (topic.IsDeadLetter)
        {
            var group = topic.Topic[SystemTopics.DeadLetterPrefix.Length..];
            var retried = record.Record.PropertyString("RETRY_TOPIC"u8);

            // A client may write into dead letters, with any text there.
            Group(retried is not null && FindTopic(retried) is not null ? retried : topic.Topic, group).DeadLetters.Add(1);
        }
    }

    /// <summary>A send is stored, as safely as it asked.</summary>
    public void SendStored(string topic, long startClock)
    {
        var us = ElapsedUs(startClock);
        PutLatency.Add(us);
        Topic(topic).PutLatencyUs.Add(us);
    }

    /// <summary>The store refused a send.</summary>
    public void SendFailed() => Interlocked.Increment(ref _putFailed);

    /// <summary>A get found messages.</summary>
    /// <param name="topic">Their topic.</param>
    /// <param name="group">Who gets them.</param>
    /// <param name="queueId">Their queue.</param>
    /// <param name="found">The messages, not yet disposed.</param>
    /// <param name="logEnd">The log's end.</param>
    /// <param name="startClock">When the get began.</param>
    public void GotMessages(string topic, string group, int queueId, GetResult found, long logEnd, long startClock)
    {
        var figures = Group(topic, group);
        figures.Got(queueId, found, logEnd, NowMs);
        var us = ElapsedUs(startClock);
        figures.GetLatencyUs.Add(us);
        GetLatency.Add(us);
        Got.Add(found.Messages);
        if (!figures.IsSystem)
        {
            GotOfClients.Add(found.Messages);
        }

        Interlocked.Increment(ref _getFound);
    }

    /// <summary>A get found nothing.</summary>
    public void GotNothing() => Interlocked.Increment(ref _getMissed);

    /// <summary>Popped messages are acknowledged.</summary>
    public void CountAcknowledged(string topic, string group, int count)
    {
        Group(topic, group).Acknowledged.Add(count);
        Acknowledged.Add(count);
    }

    /// <summary>A pop left a checkpoint.</summary>
    public void CountCheckPoint(string topic, string group)
    {
        Group(topic, group).CheckPoints.Add(1);
        CheckPoints.Add(1);
    }

    /// <summary>Forgets a topic that is deleted.</summary>
    public void RemoveTopic(string topic)
    {
        _topics.TryRemove(topic, out _);
        RemoveGroups(figures => figures.Topic == topic);
    }

    /// <summary>Forgets a group that is deleted.</summary>
    public void RemoveGroup(string group) => RemoveGroups(figures => figures.Group == group);

    public ValueTask DisposeAsync() => _sampling.DisposeAsync();

    private long ElapsedUs(long startClock) => (long)_time.GetElapsedTime(startClock).TotalMicroseconds;

    private void RemoveGroups(Func<GroupFigures, bool> isGone)
    {
        foreach (var (key, figures) in _groups)
        {
            if (isGone(figures) && _groups.TryRemove(key, out _))
            {
                Interlocked.Decrement(ref _groupCount);
            }
        }
    }

    /// <summary>Every second; the counters' spans each tenth second, tenth minute and hour of it.</summary>
    private void Sample()
    {
        _seconds++;
        SampleThroughput();
        SampleCounters(CounterSpan.Minute, 10);
        SampleCounters(CounterSpan.Hour, 600);
        SampleCounters(CounterSpan.Day, 3600);
        if (_seconds % 60 == 0)
        {
            PutLatency.EndMinute();
            GetLatency.EndMinute();
        }

        if (_time.GetLocalNow().Date != _day)
        {
            _day = _time.GetLocalNow().Date;
            Daily = new DailyTotals(PutOfClients.Value, Daily.PutThisMorning, GotOfClients.Value, Daily.GotThisMorning);
        }
    }

    private void SampleThroughput() => Throughput.TakeSample(NowMs, Put.Value, GetsFound, GetsMissed, Got.Value);

    private void SampleCounters(CounterSpan span, int everySeconds)
    {
        if (_seconds % everySeconds != 0)
        {
            return;
        }

        var now = NowMs;
        foreach (var counter in (Counter[])[Put, PutOfClients, PutBytes, Got, GotOfClients, CheckPoints, Acknowledged])
        {
            counter.TakeSample(span, now);
        }

        foreach (var (_, topic) in _topics)
        {
            topic.TakeSample(span, now);
        }

        foreach (var (_, group) in _groups)
        {
            group.TakeSample(span, now);
        }
    }
}
