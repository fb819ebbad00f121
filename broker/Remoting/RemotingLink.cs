using System.Net;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Names;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Remoting;

/// <summary>A client of the remoting protocol. Equal to every other for the same connection.</summary>
public sealed class RemotingLink(RemotingConnection connection, LanguageCode language = LanguageCode.Other, int version = 0) : IClientLink
{
    public RemotingConnection Connection { get; } = connection;

    public EndPoint? Address => Connection.RemoteEndPoint;

    public LanguageCode Language { get; } = language;

    public int Version { get; } = version;

    public bool IsGone => Connection.IsClosed;

    public CancellationToken Gone => Connection.Closed;

    /// <summary>The sender of a request.</summary>
    public static RemotingLink Of(in RequestContext context) => new(context.Connection, context.Request.Language, context.Request.Version);

    public void End(string reason) => Connection.Close(reason);

    public bool TryTell(ClientNotice notice) => !IsGone && Connection.TrySendOneway(NoticeRequests.Of(notice, Language));

    public async ValueTask<string?> DeliverAsync(PushedReply reply, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Connection.InvokeAsync(NoticeRequests.Of(reply), timeout, cancellationToken).ConfigureAwait(false);
            return answer.Code == ResponseCode.Success ? null : PlainText.Of(answer.Remark ?? ResponseCode.Describe(answer.Code));
        }
        catch (RemotingException e)
        {
            return e.Message;
        }
    }

    public override bool Equals(object? obj) => obj is RemotingLink other && other.Connection == Connection;

    public override int GetHashCode() => Connection.GetHashCode();
}
