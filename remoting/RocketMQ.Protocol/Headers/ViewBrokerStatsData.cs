using RocketMQ.Protocol.Commands;

namespace RocketMQ.Protocol.Headers;

/// <summary>VIEW_BROKER_STATS_DATA (315): one counter, such as <c>TOPIC_PUT_NUMS</c> of a topic.</summary>
public sealed class ViewBrokerStatsDataRequestHeader : ICommandHeader
{
    public string StatsName = "";
    public string StatsKey = "";

    public void Fields<TFields>(ref TFields fields)
        where TFields : struct, IHeaderFields, allows ref struct
    {
        fields.Required("statsName"u8, ref StatsName);
        fields.Required("statsKey"u8, ref StatsKey);
    }
}
