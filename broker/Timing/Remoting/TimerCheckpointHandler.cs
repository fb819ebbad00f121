using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Timing.Remoting;

/// <summary>GET_TIMER_CHECK_POINT (60): how far timers are, for slaves; the body is a <see cref="TimerCheckpoint"/>.</summary>
/// <param name="timers">The wheel; <see langword="null"/> when timers are not served.</param>
public sealed class TimerCheckpointHandler(TimerStore? timers) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        if (timers is null)
        {
            return ValueTask.FromResult<RemotingCommand?>(
                RemotingCommand.Response(ResponseCode.SystemError, "The checkpoint is null (timerWheelEnable=false)"));
        }

        var body = new byte[TimerCheckpoint.Bytes];
        timers.Checkpoint.Write(body);
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, body));
    }
}
