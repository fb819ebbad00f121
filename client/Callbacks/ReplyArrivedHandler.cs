using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>PUSH_REPLY_MESSAGE_TO_CLIENT (326): the answer to a request of this client.</summary>
internal sealed class ReplyArrivedHandler(ReplyTable replies, ILogger logger) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var message = Message(context.Request);
        var correlationId = message.Properties.GetValueOrDefault(PropertyNames.CorrelationId) ?? "";
        if (!replies.TryComplete(correlationId, new ReceivedMessage(message, brokerName: "")))
        {
            Log.ReplyUnmatched(logger, correlationId);
        }

        return new(RemotingCommand.Response(ResponseCode.Success));
    }

    private static StoredMessage Message(RemotingCommand request)
    {
        var header = request.ReadHeader<ReplyMessageRequestHeader>();
        var compression = MessageSysFlag.Compression(header.SysFlag);
        var body = request.Body.ToArray();
        var isZlib = compression == BodyCompression.Zlib;
        return new StoredMessage
        {
            Topic = header.Topic,
            QueueId = header.QueueId,
            QueueOffset = 0,
            PhysicalOffset = 0,
            StoreSize = 0,
            Flag = header.Flag,
            SysFlag = header.SysFlag,
            BornTimestamp = header.BornTimestamp,
            BornHost = Host(header.BornHost),
            StoreTimestamp = header.StoreTimestamp,
            StoreHost = Host(header.StoreHost),
            ReconsumeTimes = header.ReconsumeTimes ?? 0,
            PreparedTransactionOffset = 0,
            BodyCrc = 0,
            Body = isZlib ? ZlibBody.Inflate(body) : body,
            BodyCompression = isZlib ? BodyCompression.None : compression,
            Properties = PropertyText.ToDictionary(header.Properties.Span),
        };
    }

    private static MessageHost Host(string text) => IPEndPoint.TryParse(text.TrimStart('/'), out var endPoint) ? MessageHost.From(endPoint) : default;
}
