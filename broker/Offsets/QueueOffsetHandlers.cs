using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>GET_MAX_OFFSET (30): the next offset of a queue; 0 for an unknown one.</summary>
public sealed class MaxOffsetHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMaxOffsetRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success, new GetMaxOffsetResponseHeader { Offset = store.MaxOffset(header.Topic, header.QueueId) }));
    }
}

/// <summary>GET_MIN_OFFSET (31): the first offset of a queue that is still stored; 0 for an unknown one.</summary>
public sealed class MinOffsetHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetMinOffsetRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success, new GetMinOffsetResponseHeader { Offset = store.MinOffset(header.Topic, header.QueueId) }));
    }
}

/// <summary>SEARCH_OFFSET_BY_TIMESTAMP (29): the offset of a queue at a store time.</summary>
public sealed class SearchOffsetHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<SearchOffsetRequestHeader>();
        var boundary = string.Equals(header.BoundaryType, "upper", StringComparison.OrdinalIgnoreCase) ? BoundaryType.Upper : BoundaryType.Lower;
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success,
            new SearchOffsetResponseHeader { Offset = store.OffsetByTime(header.Topic, header.QueueId, header.Timestamp, boundary) }));
    }
}

/// <summary>GET_EARLIEST_MSG_STORETIME (32): when a queue's first message was stored, ms since 1970; −1 for an empty queue.</summary>
public sealed class EarliestStoreTimeHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetEarliestMsgStoretimeRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
            ResponseCode.Success,
            new GetEarliestMsgStoretimeResponseHeader { Timestamp = store.EarliestStoreTimestamp(header.Topic, header.QueueId) }));
    }
}
