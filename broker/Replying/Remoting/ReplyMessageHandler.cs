using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Sending.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Replying.Remoting;

/// <summary>SEND_REPLY_MESSAGE (324) and its short form (325).</summary>
public sealed class ReplyMessageHandler(BrokerOptions options, Replies replies, MessageHost storeHost) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) => Answer(
        await replies.ReplyAsync(SendRequests.Decode(context, RequestCode.SendReplyMessage), cancellationToken).ConfigureAwait(false));

    /// <summary>Whether the client has it comes first; where it has, what the disk said of the stored reply is the answer.</summary>
    private RemotingCommand Answer(in ReplyResult result)
    {
        var refused = new SendMessageRefusedHeader { Region = options.RegionId, TraceOn = options.TraceOn };
        if (result.Refusal is { } refusal)
        {
            return refusal.ToResponse(refused);
        }

        var code = result.NotPushed is not null ? ResponseCode.SystemError : result.Durability?.Code() ?? ResponseCode.Success;
        if (result.NotPushed is not null && result.Stored is null)
        {
            return RemotingCommand.Response(code, refused, result.NotPushed);
        }

        // A client's header needs an id, even where nothing was stored.
        return RemotingCommand.Response(
            code,
            new SendMessageResponseHeader
            {
                MsgId = result.Stored is { } stored ? OffsetMessageId.Format(storeHost, stored.PhysicalOffset) : "0",
                QueueId = result.QueueId,
                QueueOffset = result.Stored?.QueueOffset ?? 0,
                Region = options.RegionId,
                TraceOn = options.TraceOn,
            },
            result.NotPushed ?? (result.Durability is { IsStored: false } late ? $"{late.Name}: the client has the reply; {late.Reason}" : null));
    }
}
