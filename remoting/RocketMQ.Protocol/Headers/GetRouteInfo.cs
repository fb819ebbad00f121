using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_ROUTEINFO_BY_TOPIC (105): which brokers hold a topic.</summary>
public sealed class GetRouteInfoRequestHeader : ICommandHeader
{
    public string Topic = "";

    /// <summary>Quoted keys and ASCII, whatever the version of the request.</summary>
    public bool? AcceptStandardJsonOnly;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Expected("topic"u8, ref Topic);
        fields.Optional("acceptStandardJsonOnly"u8, ref AcceptStandardJsonOnly);
    }
}
