using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Controller.Requests;

/// <summary>One method of a feature as a handler. A body that can't be read answers 1 with what is wrong in it.</summary>
internal sealed class FeatureHandler(Func<RequestContext, CancellationToken, ValueTask<RemotingCommand>> handle) : IRequestHandler
{
    public FeatureHandler(Func<RequestContext, RemotingCommand> handle)
        : this((context, _) => ValueTask.FromResult(handle(context)))
    {
    }

    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await handle(context, cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingJsonException e)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, e.Message);
        }
    }
}
