using System.Net;
using Microsoft.Extensions.Logging;

namespace RocketMQ.Remoting;

/// <summary>What the transport logs; event ids 1000–1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Listening on {EndPoint}")]
    public static partial void Listening(ILogger logger, EndPoint? endPoint);

    [LoggerMessage(1001, LogLevel.Debug, "Connection {Id} from {Remote} opened")]
    public static partial void Opened(ILogger logger, string id, EndPoint? remote);

    [LoggerMessage(1002, LogLevel.Debug, "Connection {Id} with {Remote} closed: {Reason}")]
    public static partial void Closed(ILogger logger, string id, EndPoint? remote, string? reason);

    [LoggerMessage(1003, LogLevel.Warning, "Connection {Id} from {Remote} is closed for a broken frame: {Reason}")]
    public static partial void BadFrame(ILogger logger, string id, EndPoint? remote, string reason);

    [LoggerMessage(1004, LogLevel.Warning, "Connection {Id} sent request code {Code}, which nothing here handles")]
    public static partial void UnknownCode(ILogger logger, string id, int code);

    [LoggerMessage(1005, LogLevel.Debug, "Connection {Id}: response {Opaque} with code {Code} matches no waiting request (it may have timed out)")]
    public static partial void UnmatchedResponse(ILogger logger, string id, int opaque, int code);

    [LoggerMessage(1006, LogLevel.Error, "Connection {Id}: the handler of request code {Code} failed")]
    public static partial void HandlerFailed(ILogger logger, string id, int code, Exception exception);

    [LoggerMessage(1007, LogLevel.Error, "Connection {Id}: the read loop failed")]
    public static partial void ReadLoopFailed(ILogger logger, string id, Exception exception);

    [LoggerMessage(1008, LogLevel.Warning, "Connection from {Remote} is refused: {Count} are open, the limit is {Limit} (serverMaxConnections)")]
    public static partial void ConnectionLimit(ILogger logger, EndPoint? remote, int count, int limit);

    [LoggerMessage(1009, LogLevel.Debug, "Connection {Id}: one-way request {Code} dropped, {Pending} bytes wait for the peer, the limit is {Limit}")]
    public static partial void OnewayDropped(ILogger logger, string id, int code, long pending, int limit);

    [LoggerMessage(1014, LogLevel.Warning, "A connection from {Remote} is refused: the limit of one address is {Limit} (serverMaxConnectionsPerAddress)")]
    public static partial void AddressLimit(ILogger logger, EndPoint? remote, int limit);

    [LoggerMessage(1015, LogLevel.Warning, "{EndPoint} stops though handlers of {Count} connections still run: they had {Seconds} s")]
    public static partial void HandlersLeft(ILogger logger, EndPoint endPoint, int count, double seconds);

    [LoggerMessage(1016, LogLevel.Warning, "{Count} lines about what peers did were left out: {Limit} a second are written")]
    public static partial void LinesLeftOut(ILogger logger, long count, int limit);

    [LoggerMessage(1010, LogLevel.Error, "Accepting connections on {EndPoint} failed; the listener goes on")]
    public static partial void AcceptFailed(ILogger logger, EndPoint? endPoint, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "Connection {Id}: the reply to request code {Code} could not be written; the peer is told so")]
    public static partial void ReplyFailed(ILogger logger, string id, int code, Exception exception);

    [LoggerMessage(1013, LogLevel.Error, "Connection {Id}: a listener of its end failed; the others are told")]
    public static partial void CloseListenerFailed(ILogger logger, string id, Exception exception);

    [LoggerMessage(1020, LogLevel.Warning, "Connection {Id} from {Remote} is closed before its first request: {Reason}")]
    public static partial void NotEntered(ILogger logger, string id, EndPoint? remote, string reason);

    [LoggerMessage(1021, LogLevel.Debug, "Connection {Id}: {Proxy} says that it comes from {Remote}")]
    public static partial void Relayed(ILogger logger, string id, EndPoint? proxy, EndPoint? remote);

    [LoggerMessage(1022, LogLevel.Information, "TLS: the certificate of {Path} ({Subject}, valid until {Until:u}) is the {Side}'s from now on")]
    public static partial void CertificateUsed(ILogger logger, string path, string subject, DateTime until, string side);

    [LoggerMessage(1023, LogLevel.Warning, "TLS: files of the {Side} have changed and can't be used; those read before stay in use until they can. {Reason}")]
    public static partial void CertificateNotUsed(ILogger logger, string side, string reason);

    [LoggerMessage(1024, LogLevel.Information, "TLS: no tls.server.certPath is set, a certificate was made that nobody vouches for (tls.test.mode.enable)")]
    public static partial void CertificateMade(ILogger logger);

    [LoggerMessage(1025, LogLevel.Warning, "TLS: clients need a certificate (tls.server.need.client.auth), but any will do: tls.server.trustCertPath names no authority, or tls.server.authClient is false")]
    public static partial void AnyClientCertificate(ILogger logger);
}
