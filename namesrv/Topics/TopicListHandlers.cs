using RocketMQ.NameServer.Configuration;
using RocketMQ.NameServer.Routes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Topics;

/// <summary>
/// Names of topics: all (206), of a cluster (224), of the system (304), of units (311), with unit subscriptions (312), and with those
/// outside units (313). Operators may switch the lists off.
/// </summary>
internal sealed class TopicListHandlers(RouteTable routes, LiveOptions options)
{
    private const int UnitFlag = 1;
    private const int UnitSubscriptionFlag = 2;

    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.GetAllTopicListFromNameserver, new FeatureHandler(_ => List(options.Current.EnableAllTopicList, routes.AllTopics)), lane)
        .Add(RequestCode.GetSystemTopicListFromNs, new FeatureHandler(_ => List(true, routes.SystemTopics)), lane)
        .Add(RequestCode.GetTopicsByCluster, new FeatureHandler(OfCluster), lane)
        .Add(RequestCode.GetUnitTopicList, Flagged(flag => (flag & UnitFlag) != 0), lane)
        .Add(RequestCode.GetHasUnitSubTopicList, Flagged(flag => (flag & UnitSubscriptionFlag) != 0), lane)
        .Add(RequestCode.GetHasUnitSubUnunitTopicList, Flagged(flag => (flag & (UnitFlag | UnitSubscriptionFlag)) == UnitSubscriptionFlag), lane);

    private RemotingCommand OfCluster(RequestContext context)
    {
        var header = context.Request.ReadHeader<GetTopicsByClusterRequestHeader>();
        return List(options.Current.EnableTopicList, () => routes.TopicsOfCluster(header.Cluster));
    }

    private FeatureHandler Flagged(Func<int, bool> passes) =>
        new(_ => List(options.Current.EnableTopicList, () => routes.TopicsWithFlag(passes)));

    private static RemotingCommand List(bool enabled, Func<TopicList> topics) => enabled
        ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(topics()))
        : RemotingCommand.Response(ResponseCode.SystemError, "disable");
}
