

namespace RocketMQ.Broker.Registration;

/// <summary>What has changed in the topics since a name server was told.</summary>
internal sealed class TopicNews
{
    private readonly Lock _lock = new();
    private Batch _next = new();
    private Task _told = Task.CompletedTask;

    /// <summary>Completes when the name server was told of, or refused, everything that was added before.</summary>
    public Task Told => Volatile.Read(ref _told);

    /// <summary>Completes when there is news.</summary>
    public Task Arrived
    {
        get
        {
            lock (_lock)
            {
                return _next.Arrived.Task;
            }
        }
    }

    /// <param name="topic">The topic that is new or has changed; <see langword="null"/> when no list of topics tells it all.</param>
    public void Add(string? topic)
    {
        lock (_lock)
        {
            _next.Add(topic);
            Volatile.Write(ref _told, _next.Told.Task);
            _next.Arrived.TrySetResult();
        }
    }

    /// <summary>What was added since the last call; its taker says when it is told.</summary>
    public Batch Take()
    {
        lock (_lock)
        {
            var taken = _next;
            _next = new Batch();
            return taken;
        }
    }

    internal sealed class Batch
    {
        private readonly HashSet<string> _topics = new(StringComparer.Ordinal);

        public IReadOnlyCollection<string> Topics => _topics;

        public bool ConcernsAll { get; private set; }

        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(string? topic)
        {
            if (topic is null)
            {
                ConcernsAll = true;
            }
            else
            {
                _topics.Add(topic);
            }
        }
    }
}
