using Microsoft.Extensions.Logging;
using RocketMQ.Store;
using RocketMQ.Store.Files;

namespace RocketMQ.MqAdmin.Store;

internal sealed class StoreRecovery : StoreVerb
{
    public StoreRecovery()
        : base("storeRecovery", "Tells what a broker would do to a store at its start, by doing it in memory.", "/var/lib/rocketmq/store")
    {
    }

    protected override void Run(Call call, StoreDirectory store, CancellationToken cancellationToken)
    {
        using var files = new ShadowFileSystem();
        using var loggers = new MessageCollector();
        call.Report.Value("store", "Store", store.Root);
        call.Report.Value("lastStop", "Last stop", store.IsClean ? "in order" : "a crash");
        try
        {
            var opened = MessageStore.Open(store.ToOptions(), files, call.Time, loggers);
            call.Report.Value("logFrom", "Log begins at", opened.MinPhysicalOffset);
            call.Report.Value("logEnd", "Log would end at", opened.MaxPhysicalOffset);
            opened.StopAsync().GetAwaiter().GetResult();
        }
        catch (CorruptStoreException e)
        {
            throw new VerbFailedException($"A broker would refuse to start: {e.Message}");
        }

        call.Report.List("steps");
        foreach (var message in loggers.Messages)
        {
            call.Report.Item("steps", message, message);
        }

        call.Report.Note("");
        var changes = files.Changes();
        call.Report.Table(
            "changes",
            changes,
            new("#File", "file", c => Path.GetRelativePath(store.Root, c.Path)),
            new("#Would be", "kind", c => c.Kind.ToString().ToLowerInvariant()),
            new("#From Byte", "from", c => c.From),
            new("#To Byte", "to", c => c.To));
        call.Report.Note(changes.Count == 0 ? "No file would change." : "None of this was done: the store is as it was.");
    }

    /// <summary>What the store tells while it recovers.</summary>
    private sealed class MessageCollector : ILoggerFactory, ILogger
    {
        private readonly List<string> _messages = [];

        public IReadOnlyList<string> Messages
        {
            get
            {
                lock (_messages)
                {
                    return [.. _messages];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_messages)
            {
                _messages.Add(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
