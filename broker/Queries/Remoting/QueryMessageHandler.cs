using System.Buffers;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Queries.Remoting;

/// <summary>QUERY_MESSAGE (12): the messages of a topic that carry a key, stored between two times. Reads index files: runs on a lane.</summary>
public sealed class QueryMessageHandler(MessageQueries queries) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<QueryMessageRequestHeader>();
        using var result = queries.ByKey(
            header.Topic, header.Key, header.UniqueKeyQuery == true, header.MaxNum, header.BeginTimestamp, header.EndTimestamp);
        var reply = new QueryMessageResponseHeader
        {
            IndexLastUpdateTimestamp = result.LastTimestamp,
            IndexLastUpdatePhyoffset = result.LastPhysicalOffset,
        };
        if (result.Records.Count == 0)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(
                ResponseCode.QueryNotFound, reply, "can not find message, maybe time range not correct"));
        }

        var body = new ArrayBufferWriter<byte>();
        foreach (var record in result.Records)
        {
            body.Write(record.Bytes);
        }

        var response = RemotingCommand.ResponseWithBody(ResponseCode.Success, body.WrittenMemory);
        response.Header = reply;
        return ValueTask.FromResult<RemotingCommand?>(response);
    }
}
