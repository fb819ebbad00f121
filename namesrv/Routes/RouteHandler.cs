using RocketMQ.NameServer.Configuration;
using RocketMQ.NameServer.Kv;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.NameServer.Routes;

/// <summary>
/// GET_ROUTEINFO_BY_TOPIC (105). Requests of version 401 and up, or that ask for it, get JSON by the book; all others the dialect with
/// unquoted ids that older clients, and Go's, expect.
/// </summary>
internal sealed class RouteHandler(RouteTable routes, KvConfigTable configs, LiveOptions options, TimeProvider time) : IRequestHandler
{
    private readonly long _startTimestamp = time.GetTimestamp();

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(Find(context.Request));

    private RemotingCommand Find(RemotingCommand request)
    {
        var header = request.ReadHeader<GetRouteInfoRequestHeader>();
        var current = options.Current;
        if (current.NeedWaitForService && time.GetElapsedTime(_startTimestamp) < TimeSpan.FromSeconds(current.WaitSecondsForService))
        {
            return RemotingCommand.Response(ResponseCode.SystemError, "name server not ready");
        }

        if (routes.Find(header.Topic) is not { } route)
        {
            return RemotingCommand.Response(
                ResponseCode.TopicNotExist,
                $"No topic route info in name server for the topic: {header.Topic}\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.");
        }

        var style = request.Version >= MqVersion.V4_9_4 || header.AcceptStandardJsonOnly == true ? JsonStyle.Standard : JsonStyle.Compact;
        var zone = string.Equals(request.Field("__ZONE_MODE"u8), "true", StringComparison.OrdinalIgnoreCase) ? request.Field("__ZONE_NAME"u8) : null;
        var order = current.OrderMessageEnable ? configs.Get(KvConfigTable.OrderTopicConfig, header.Topic) : null;
        return RemotingCommand.ResponseWithBody(ResponseCode.Success, Print(route, style, zone, order));
    }

    private static byte[] Print(Route route, JsonStyle style, string? zone, string? order)
    {
        var inZone = !string.IsNullOrWhiteSpace(zone);
        if (!inZone && order is null)
        {
            return route.Body(style);
        }

        var data = inZone ? route.InZone(zone!) : route.Data;
        return RemotingJson.Serialize(data with { OrderTopicConf = order }, style);
    }
}
