using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Sending.Remoting;

/// <summary>CONSUMER_SEND_MSG_BACK (36).</summary>
public sealed class SendBackHandler(SendBacks sendBacks, ICallers callers) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ConsumerSendMsgBackRequestHeader>();
        var maxReconsumeTimes = context.Request.Version >= MqVersion.V3_4_9 ? header.MaxReconsumeTimes : null;
        var request = new SendBackRequest(header.Group, header.Offset, header.DelayLevel, maxReconsumeTimes, header.UnitMode);
        return (await sendBacks.SendBackAsync(request, callers.Of(context)).ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
