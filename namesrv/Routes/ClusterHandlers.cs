using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Routes;

/// <summary>GET_BROKER_CLUSTER_INFO (106) and GET_BROKER_MEMBER_GROUP (901): who is there.</summary>
internal sealed class ClusterHandlers(RouteTable routes)
{
    public RequestTable.Builder AddTo(RequestTable.Builder table, Lane lane) => table
        .Add(RequestCode.GetBrokerClusterInfo, new FeatureHandler(Clusters), lane)
        .Add(RequestCode.GetBrokerMemberGroup, new FeatureHandler(Members));

    private RemotingCommand Clusters(RequestContext context) =>
        RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(routes.Clusters()));

    private RemotingCommand Members(RequestContext context)
    {
        var header = context.Request.ReadHeader<GetBrokerMemberGroupRequestHeader>();
        var body = new GetBrokerMemberGroupResponseBody { Group = routes.MembersOf(header.ClusterName, header.BrokerName) };
        return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body));
    }
}
