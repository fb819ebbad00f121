using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.NameServer.Kv;

/// <summary>PUT_KV_CONFIG (100), GET_KV_CONFIG (101), DELETE_KV_CONFIG (102), GET_KVLIST_BY_NAMESPACE (219).</summary>
internal sealed class KvConfigHandlers(KvConfigTable table)
{
    public RequestTable.Builder AddTo(RequestTable.Builder requests, Lane lane) => requests
        .Add(RequestCode.PutKvConfig, new FeatureHandler(Put), lane)
        .Add(RequestCode.GetKvConfig, new FeatureHandler(Get))
        .Add(RequestCode.DeleteKvConfig, new FeatureHandler(Delete), lane)
        .Add(RequestCode.GetKvlistByNamespace, new FeatureHandler(List), lane);

    private RemotingCommand Put(RequestContext context)
    {
        var header = context.Request.ReadHeader<PutKVConfigRequestHeader>();
        return Change(() => table.Put(header.Namespace, header.Key, header.Value));
    }

    private RemotingCommand Get(RequestContext context)
    {
        var header = context.Request.ReadHeader<GetKVConfigRequestHeader>();
        return table.Get(header.Namespace, header.Key) is { } value
            ? RemotingCommand.Response(ResponseCode.Success, new GetKVConfigResponseHeader { Value = value })
            : RemotingCommand.Response(ResponseCode.QueryNotFound, $"No config item, Namespace: {header.Namespace} Key: {header.Key}");
    }

    private RemotingCommand Delete(RequestContext context)
    {
        var header = context.Request.ReadHeader<DeleteKVConfigRequestHeader>();
        return Change(() => table.Delete(header.Namespace, header.Key));
    }

    private RemotingCommand List(RequestContext context)
    {
        var header = context.Request.ReadHeader<GetKVListByNamespaceRequestHeader>();
        return table.List(header.Namespace) is { } keys
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(keys))
            : RemotingCommand.Response(ResponseCode.QueryNotFound, $"No config item, Namespace: {header.Namespace}");
    }

    private static RemotingCommand Change(Action change)
    {
        try
        {
            change();
            return RemotingCommand.Response(ResponseCode.Success);
        }
        catch (ConfigurationException e)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, e.Message);
        }
    }
}
