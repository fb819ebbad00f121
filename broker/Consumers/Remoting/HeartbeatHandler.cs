using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>HEART_BEAT (34), both versions.</summary>
public sealed class HeartbeatHandler(BrokerOptions options, Heartbeats heartbeats) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var length = context.Request.Body.Length;
        if (length > options.MaxHeartbeatSize)
        {
            return Done(new Refusal(
                RefusalKind.SystemError, $"a heartbeat of {length} bytes is longer than the limit of {options.MaxHeartbeatSize} (maxHeartbeatSize)").ToResponse());
        }

        var heartbeat = context.Request.ReadBody<HeartbeatData>();
        if (heartbeats.Beat(RemotingLink.Of(context), heartbeat, out var wantsSubscriptions) is { } refusal)
        {
            return Done(refusal.ToResponse());
        }

        var response = RemotingCommand.Response(ResponseCode.Success);
        response.AddField("IS_SUPPORT_HEART_BEAT_V2", "true");
        response.AddField("IS_SUB_CHANGE", wantsSubscriptions ? "true" : "false");
        return Done(response);
    }

    private static ValueTask<RemotingCommand?> Done(RemotingCommand response) => ValueTask.FromResult<RemotingCommand?>(response);
}
