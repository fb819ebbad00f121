using System.Net;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Broker.Core;

/// <summary>
/// A client that is connected, in whatever protocol: the broker's tables know clients by this alone. Two that stand for the same
/// connection are equal.
/// </summary>
public interface IClientLink
{
    EndPoint? Address { get; }

    /// <summary>What it is written in.</summary>
    LanguageCode Language { get; }

    /// <summary>Apache's number for its version.</summary>
    int Version { get; }

    bool IsGone { get; }

    /// <summary>Ends with the connection.</summary>
    CancellationToken Gone { get; }

    /// <summary>Ends the connection, with a reason for the log.</summary>
    void End(string reason);

    /// <summary>Tells the client something that is not answered.</summary>
    /// <returns>False when it can't be told: it is gone, or reads too slowly.</returns>
    bool TryTell(ClientNotice notice);

    /// <summary>Hands over the reply to a request-reply message.</summary>
    /// <returns><see langword="null"/> when the client has taken it, or why not.</returns>
    ValueTask<string?> DeliverAsync(PushedReply reply, TimeSpan timeout, CancellationToken cancellationToken);
}
