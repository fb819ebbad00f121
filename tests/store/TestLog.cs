using Microsoft.Extensions.Logging;

namespace RocketMQ.Store.Tests;

/// <summary>Keeps what the store logs, and shows it with a failing test.</summary>
internal sealed class TestLog : ILoggerFactory, ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" ({exception.Message})")}";
        lock (_lines)
        {
            _lines.Add(line);
        }
        TestContext.Out.WriteLine(line);
    }

    public void Dispose()
    {
    }
}
