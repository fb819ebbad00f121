using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Queries.Remoting;

/// <summary>
/// VIEW_MESSAGE_BY_ID (33): the record at a commit-log offset, which an offset message id holds. Who names the topic, as clients of 5.x do, is
/// shown messages of that topic alone.
/// </summary>
public sealed class ViewMessageHandler(MessageQueries queries) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ViewMessageRequestHeader>();
        using var lease = queries.ByOffset(header.Offset, header.Topic);
        return ValueTask.FromResult<RemotingCommand?>(lease.IsValid
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, lease.Bytes.ToArray())
            : RemotingCommand.Response(
                ResponseCode.SystemError,
                $"can not find message by the offset, {header.Offset}{(string.IsNullOrEmpty(header.Topic) ? "" : $", in topic {header.Topic}")}"));
    }
}
