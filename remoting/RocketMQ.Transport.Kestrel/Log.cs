using Microsoft.Extensions.Logging;

namespace RocketMQ.Transport.Kestrel;

/// <summary>What the HTTP listener logs; an event id of the transport's, 1000–1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1011, LogLevel.Error, "Answering GET {Path} failed")]
    public static partial void ProbeFailed(ILogger logger, string path, Exception exception);
}
