using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>SEARCH_OFFSET_BY_TIMESTAMP (29): the offset of a queue at a store time. Runs on a lane.</summary>
public sealed class SearchOffsetHandler(QueueLookUps queues) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<SearchOffsetRequestHeader>();
        var boundary = string.Equals(header.BoundaryType, "upper", StringComparison.OrdinalIgnoreCase) ? BoundaryType.Upper : BoundaryType.Lower;
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success, new SearchOffsetResponseHeader { Offset = queues.OffsetByTime(header.Topic, header.QueueId, header.Timestamp, boundary) }));
    }
}
