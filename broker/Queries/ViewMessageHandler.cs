using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Queries;

/// <summary>VIEW_MESSAGE_BY_ID (33): the record at a commit-log offset, which an offset message id holds.</summary>
public sealed class ViewMessageHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ViewMessageRequestHeader>();
        using var lease = store.Read(header.Offset);
        return ValueTask.FromResult<RemotingCommand?>(lease.IsValid
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, lease.Bytes.ToArray())
            : RemotingCommand.Response(ResponseCode.SystemError, $"can not find message by the offset, {header.Offset}"));
    }
}
