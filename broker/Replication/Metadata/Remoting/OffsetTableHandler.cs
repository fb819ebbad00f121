using System.Globalization;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Roles;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Metadata.Remoting;

/// <summary>As <see cref="TableHandler"/>, of offsets: they change all the time, and there may be very many. A slave that has those of a moment ago is given what has changed.</summary>
/// <param name="life">Tells this run's versions from those of others.</param>
internal sealed class OffsetTableHandler(CurrentRole role, ConsumerOffsets offsets, MessageStore store, string life, IRequestHandler inner) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (context.Request.ReadHeader<TableRequestHeader>().KnownTableVersion is not { } known)
        {
            return await inner.HandleAsync(context, cancellationToken).ConfigureAwait(false);
        }

        if (!role.IsMaster)
        {
            return TableHandler.NotMaster.ToResponse();
        }

        var changed = offsets.ChangedSince(RoundOf(known), out var round);
        var response = changed is null ? await inner.HandleAsync(context, cancellationToken).ConfigureAwait(false) : Part(changed);
        return response is null ? null : TableHandler.Mark(response, $"{life}.{round.ToString(CultureInfo.InvariantCulture)}", store);
    }

    private static RemotingCommand Part(ConsumerOffsetSerializeWrapper changed)
    {
        var response = RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(changed));
        response.AddField("isPart", "true");
        return response;
    }

    private long RoundOf(string known) =>
        known.StartsWith(life, StringComparison.Ordinal) && long.TryParse(known.AsSpan(Math.Min(known.Length, life.Length + 1)), CultureInfo.InvariantCulture, out var round)
            ? round
            : 0;
}
