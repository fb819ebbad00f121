using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Queries;

/// <summary>
/// VIEW_MESSAGE_BY_ID (33): the record at a commit-log offset, which an offset message id holds. Who names the topic, as clients of 5.x do, is
/// shown messages of that topic alone.
/// </summary>
public sealed class ViewMessageHandler(StoredRecords records) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ViewMessageRequestHeader>();
        using var lease = records.Find(header.Offset);
        return ValueTask.FromResult<RemotingCommand?>(lease.IsValid && IsOf(header.Topic, lease.Bytes)
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, lease.Bytes.ToArray())
            : RemotingCommand.Response(
                ResponseCode.SystemError,
                $"can not find message by the offset, {header.Offset}{(string.IsNullOrEmpty(header.Topic) ? "" : $", in topic {header.Topic}")}"));
    }

    private static bool IsOf(string? topic, ReadOnlySpan<byte> bytes) =>
        string.IsNullOrEmpty(topic)
        || (MessageRecord.TryRead(bytes, out var record) == RecordReadStatus.Ok && (record.TopicString == topic || StoredRecords.TopicOf(record) == topic));
}
