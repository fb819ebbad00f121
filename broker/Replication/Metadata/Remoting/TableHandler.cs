using System.Globalization;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Roles;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Metadata.Remoting;

/// <summary>
/// Answers a slave of ours that asks for a table: with the table as everybody is given it, its version and where the log ends, or without the table where the
/// slave has that version. Requests that come with no version, as all others do, are answered as ever.
/// </summary>
/// <param name="version">Of the table now; moves with each change, and is never that of an earlier run. Where there is none the table is always sent.</param>
internal sealed class TableHandler(CurrentRole role, MessageStore store, Func<string>? version, IRequestHandler inner) : IRequestHandler
{
    internal static readonly Refusal NotMaster = new(RefusalKind.SlaveNotAvailable, "this broker is a slave: tables are the master's");

    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ReadHeader<TableRequestHeader>().KnownTableVersion is not { } known)
        {
            return await inner.HandleAsync(context, cancellationToken).ConfigureAwait(false);
        }

        if (!role.IsMaster)
        {
            return NotMaster.ToResponse();
        }

        // The version before the table: a change between the two is sent again.
        var now = version?.Invoke() ?? "";
        var response = now.Length > 0 && now == known
            ? RemotingCommand.Response(ResponseCode.Success)
            : await inner.HandleAsync(context, cancellationToken).ConfigureAwait(false);
        return response is null ? null : Mark(response, now, store);
    }

    /// <summary>The log's end behind the table: what that speaks of is before it.</summary>
    internal static RemotingCommand Mark(RemotingCommand response, string version, MessageStore store)
    {
        response.AddField("tableVersion", version);
        response.AddField("logEnd", store.MaxPhysicalOffset.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
