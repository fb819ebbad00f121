using System.Collections.Concurrent;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Tests.Fakes;

/// <summary>Answers the routes that a test writes.</summary>
internal sealed class FakeNameServer : FakeServer
{
    public FakeNameServer()
    {
        On(RequestCode.GetRouteinfoByTopic, context =>
        {
            var topic = context.Request.ReadHeader<GetRouteInfoRequestHeader>().Topic;
            return Routes.TryGetValue(topic, out var route)
                ? RemotingCommand.ResponseWithBody(0, RemotingJson.Serialize(route))
                : RemotingCommand.Response(ResponseCode.TopicNotExist, $"No topic route info in name server for the topic: {topic}");
        });
    }

    public ConcurrentDictionary<string, TopicRouteData> Routes { get; } = new();
}
