using Microsoft.Extensions.Logging;
using RocketMQ.NameServer.Routes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Topics;

/// <summary>DELETE_TOPIC_IN_NAMESRV (216) and REGISTER_TOPIC_IN_NAMESRV (217).</summary>
internal sealed class TopicChangeHandlers(RouteTable routes, ILogger<TopicChangeHandlers> logger)
{
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.DeleteTopicInNamesrv, new FeatureHandler(Delete), lane)
        .Add(RequestCode.RegisterTopicInNamesrv, new FeatureHandler(Register), lane);

    private RemotingCommand Delete(RequestContext context)
    {
        var header = context.Request.ReadHeader<DeleteTopicFromNamesrvRequestHeader>();
        routes.DeleteTopic(header.Topic, header.ClusterName);
        Log.TopicDeleted(logger, header.Topic, header.ClusterName, context.Connection.RemoteEndPoint);
        return RemotingCommand.Response(ResponseCode.Success);
    }

    /// <summary>Queues on a broker that is not known are left out, and the answer is success: brokers may tell of a topic before themselves.</summary>
    private RemotingCommand Register(RequestContext context)
    {
        var header = context.Request.ReadHeader<RegisterTopicRequestHeader>();
        if (!context.Request.Body.IsEmpty && header.Topic.Length > 0)
        {
            var route = context.Request.ReadBody<TopicRouteData>();
            if (!routes.RegisterTopic(header.Topic, route.QueueDatas, out var full))
            {
                if (full is not null)
                {
                    return RemotingCommand.Response(ResponseCode.SystemError, full);
                }

                Log.TopicOfUnknownBroker(logger, header.Topic, string.Join(", ", route.QueueDatas.Select(q => q.BrokerName)));
            }
        }

        return RemotingCommand.Response(ResponseCode.Success);
    }
}
