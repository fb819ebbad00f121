using RocketMQ.Client.Core;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>RESET_CONSUMER_CLIENT_OFFSET (220): goes on at other offsets. Waits for brokers: on a lane.</summary>
internal sealed class ResetOffsetHandler(GroupTable groups) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var group = context.Request.ReadHeader<ResetOffsetRequestHeader>().Group;
        if (groups.Consumer(group) is { } consumer && !context.Request.Body.IsEmpty)
        {
            var offsets = RemotingJson.Deserialize<ResetOffsetBody>(context.Request.Body.FirstSpan).OffsetTable;
            await consumer.ResetOffsetsAsync(offsets).ConfigureAwait(false);
        }

        return RemotingCommand.Response(0);
    }
}
