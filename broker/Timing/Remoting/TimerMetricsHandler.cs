using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Timing.Remoting;

/// <summary>GET_TIMER_METRICS (61): how many timers wait for each topic; the body is what <c>config/timermetrics</c> holds.</summary>
/// <param name="metrics">The counts; <see langword="null"/> when timers are not served.</param>
public sealed class TimerMetricsHandler(TimerMetrics? metrics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(metrics is null
            ? RemotingCommand.Response(ResponseCode.SystemError, "The timer message store is null (timerWheelEnable=false)")
            : RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(metrics.Snapshot())));
}
