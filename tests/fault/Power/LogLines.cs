using Microsoft.Extensions.Logging;

namespace RocketMQ.Fault.Tests.Power;

/// <summary>Keeps the last warnings and errors, for the message of a failed audit.</summary>
internal sealed class LogLines : ILoggerFactory
{
    private const int MostLines = 60;
    private const int MostTrace = 8;

    private readonly Queue<string> _lines = new();

    /// <summary>What a broker says whose disk is gone interests nobody.</summary>
    public bool IsDeaf { get; set; }

    public void Clear()
    {
        lock (_lines)
        {
            _lines.Clear();
            IsDeaf = false;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join('\n', _lines);
        }
    }

    private void Add(string line)
    {
        lock (_lines)
        {
            if (IsDeaf)
            {
                return;
            }

            _lines.Enqueue(line);
            if (_lines.Count > MostLines)
            {
                _lines.Dequeue();
            }
        }
    }

    private sealed class Logger(LogLines lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Add($"{logLevel} {category[(category.LastIndexOf('.') + 1)..]}: {formatter(state, exception)}{(exception is null ? "" : $"\n  {string.Join('\n', exception.ToString().Split('\n').Take(MostTrace))}")}");
            }
        }
    }
}
