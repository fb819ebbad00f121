using Microsoft.Extensions.Logging;
namespace RocketMQ.Client.Tests.EndToEnd;
internal sealed class ScratchLogs : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) { }
    public ILogger CreateLogger(string categoryName) => new L(categoryName);
    public void Dispose() { }
    private sealed class L(string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            File.AppendAllText("/tmp/client-e2e.log", $"{DateTime.Now:ss.fff} {logLevel} {name} {formatter(state, exception)} {exception}\n");
    }
}
