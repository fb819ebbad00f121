using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer;

/// <summary>One method of a feature as a handler. A body that can't be read answers 1 with what is wrong in it.</summary>
internal sealed class FeatureHandler(Func<RequestContext, RemotingCommand> handle) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        try
        {
            return ValueTask.FromResult<RemotingCommand?>(handle(context));
        }
        catch (RemotingJsonException e)
        {
            return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.SystemError, e.Message));
        }
    }
}
