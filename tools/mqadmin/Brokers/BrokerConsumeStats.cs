using System.CommandLine;

namespace RocketMQ.MqAdmin.Brokers;

internal sealed class BrokerConsumeStats : Verb
{
    private readonly Option<string> _broker;
    private readonly Option<long> _timeoutMs;
    private readonly Option<long> _leastDiff;
    private readonly Option<bool> _order;

    public BrokerConsumeStats()
        : base("brokerConsumeStats", "Shows how far every group is in every queue of a broker.", "-n localhost:9876 -b 10.0.0.1:10911 -l 1000")
    {
        _broker = BrokerAddress.Check(Required<string>("b", "brokerAddr", "The broker, as host:port."));
        _timeoutMs = Optional("t", "timeoutMillis", "How long it may take, in ms.", 50_000L);
        _leastDiff = Optional("l", "level", "Only queues where a group is at least this far behind.", 0L);
        _order = Optional("o", "order", "Topics with a global order rather than all others.", false);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var timeout = TimeSpan.FromMilliseconds(call.Get(_timeoutMs));
        var stats = await call.Admin.Brokers.GetConsumeStatsAsync(call.Get(_broker), call.Get(_order), timeout, cancellationToken).ConfigureAwait(false);
        var rows =
            from groups in stats.Groups
            from entry in groups
            from topic in entry.Value
            from queue in topic.OffsetTable
            let diff = queue.Value.BrokerOffset - queue.Value.ConsumerOffset
            where diff >= call.Get(_leastDiff) && queue.Value.LastTimestamp > 0
            orderby queue.Key.Topic, entry.Key, queue.Key
            select (Queue: queue.Key, Group: entry.Key, Offsets: queue.Value, Diff: diff);
        call.Report.Table(
            "queues",
            rows,
            new("#Topic", "topic", r => r.Queue.Topic),
            new("#Group", "group", r => r.Group),
            new("#Broker Name", "brokerName", r => r.Queue.BrokerName),
            new("#QID", "queueId", r => r.Queue.QueueId),
            new("#Broker Offset", "brokerOffset", r => r.Offsets.BrokerOffset),
            new("#Consumer Offset", "consumerOffset", r => r.Offsets.ConsumerOffset),
            new("#Diff", "diff", r => r.Diff),
            new("#LastTime", "lastTime", r => Format.Time(r.Offsets.LastTimestamp)));
        call.Report.Value("diffTotal", "\nDiff Total", stats.TotalDiff);
    }
}
