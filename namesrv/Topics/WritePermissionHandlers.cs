using Microsoft.Extensions.Logging;
using RocketMQ.NameServer.Routes;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Topics;

/// <summary>
/// WIPE_WRITE_PERM_OF_BROKER (205) and ADD_WRITE_PERM_OF_BROKER (327): producers turn away from a broker, and back to it. The change
/// holds until the broker registers a changed topic.
/// </summary>
internal sealed class WritePermissionHandlers(RouteTable routes, ILogger<WritePermissionHandlers> logger)
{
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.WipeWritePermOfBroker, new FeatureHandler(Wipe), lane)
        .Add(RequestCode.AddWritePermOfBroker, new FeatureHandler(Add), lane);

    private RemotingCommand Wipe(RequestContext context)
    {
        var broker = context.Request.ReadHeader<WipeWritePermOfBrokerRequestHeader>().BrokerName;
        var count = routes.ChangePermission(broker, permission => permission & ~Permission.Write);
        Log.WritePermissionWiped(logger, broker, count, context.Connection.RemoteEndPoint);
        return RemotingCommand.Response(ResponseCode.Success, new WipeWritePermOfBrokerResponseHeader { WipeTopicCount = count });
    }

    private RemotingCommand Add(RequestContext context)
    {
        var broker = context.Request.ReadHeader<AddWritePermOfBrokerRequestHeader>().BrokerName;
        var count = routes.ChangePermission(broker, _ => Permission.Read | Permission.Write);
        Log.WritePermissionAdded(logger, broker, count, context.Connection.RemoteEndPoint);
        return RemotingCommand.Response(ResponseCode.Success, new AddWritePermOfBrokerResponseHeader { AddTopicCount = count });
    }
}
