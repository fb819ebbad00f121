using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>GET_BROKER_CONSUME_STATS (317).</summary>
public sealed class GetConsumeStatsInBrokerRequestHeader : ICommandHeader
{
    public bool IsOrder;

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct =>
        fields.Expected("isOrder"u8, ref IsOrder);
}
