using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Cleaning.Remoting;

/// <summary>DELETE_EXPIRED_COMMITLOG (329): expired commit log files are deleted soon, whatever deleteWhen says. Those in reserve time stay.</summary>
internal sealed class DeleteLogFilesHandler(MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        store.RequestCleaning();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
