using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Sending.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Timing.Remoting;

/// <summary>RECALL_MESSAGE (370).</summary>
public sealed class RecallMessageHandler(BrokerOptions options, Recalls recalls) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (recalls.CheckAllowed() is { } forbidden)
        {
            return Refused(forbidden);
        }

        var header = context.Request.ReadHeader<RecallMessageRequestHeader>();
        var (id, refusal) = await recalls
            .RecallAsync(header.Topic, header.RecallHandle, header.ProducerGroup ?? "", ClientHosts.Of(context.Connection)).ConfigureAwait(false);
        return refusal is not null
            ? Refused(refusal)
            : RemotingCommand.Response(ResponseCode.Success, new RecallMessageResponseHeader { MsgId = id!, Region = options.RegionId });
    }

    private RemotingCommand Refused(Refusal refusal) => refusal.ToResponse(new SendMessageRefusedHeader { Region = options.RegionId });
}
