using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Statistics.Remoting;

/// <summary>VIEW_BROKER_STATS_DATA (315): one counter by Apache's names, over the last minute, hour and day.</summary>
internal sealed class ViewStatisticsHandler(StatisticsNames names, BrokerStatistics statistics) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<ViewBrokerStatsDataRequestHeader>();
        return ValueTask.FromResult<RemotingCommand?>(names.Find(header.StatsName, header.StatsKey, out var divisor) is { } counter
            ? RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new BrokerStatsData
            {
                StatsMinute = Item(counter, CounterSpan.Minute, divisor),
                StatsHour = Item(counter, CounterSpan.Hour, divisor),
                StatsDay = Item(counter, CounterSpan.Day, divisor),
            }))
            : RemotingCommand.Response(ResponseCode.SystemError, $"The stats <{header.StatsName}> <{header.StatsKey}> not exist"));
    }

    private BrokerStatsItem Item(Counter counter, CounterSpan span, int divisor)
    {
        var rate = counter.Over(span, statistics.NowMs);
        return new BrokerStatsItem { Sum = rate.Sum / divisor, Tps = rate.PerSecond / divisor, Avgpt = rate.Average / divisor };
    }
}
