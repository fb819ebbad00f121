using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.MqAdmin.Topics;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Stats;

internal sealed class StatsAll : Verb
{
    private readonly Option<bool> _active;
    private readonly Option<string?> _topic;

    public StatsAll()
        : base("statsAll", "Shows rates and totals of the last 24 hours for every topic and group.", "-n localhost:9876 -a")
    {
        _active = Flag("a", "activeTopic", "Only topics with messages in the last 24 hours.");
        _topic = Optional<string?>("t", "topic", "Only this topic.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var topics = (await call.Admin.Topics.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(t => !TopicNames.BelongsToGroup(t) && (call.Get(_topic) ?? t) == t)
            .Order(StringComparer.Ordinal)
            .ToList();
        var rows = new List<Row>();
        for (var i = 0; i < topics.Count; i++)
        {
            call.Progress.Show("topic", i, topics.Count);
            rows.AddRange(await RowsAsync(call.Admin, topics[i], cancellationToken).ConfigureAwait(false));
        }

        call.Progress.Clear();
        call.Report.Table(
            "topics",
            rows.Where(r => !call.Get(_active) || r.In24Hours > 0 || r.Out24Hours > 0),
            new("#Topic", "topic", r => r.Topic),
            new("#Consumer Group", "group", r => r.Group),
            new("#Accumulation", "accumulation", r => r.Behind),
            new("#InTPS", "inTps", r => r.InTps),
            new("#OutTPS", "outTps", r => r.OutTps),
            new("#InMsg24Hour", "in24Hours", r => r.In24Hours),
            new("#OutMsg24Hour", "out24Hours", r => r.Group.Length == 0 ? "NO_CONSUMER" : r.Out24Hours));
    }

    /// <summary>One row a group; one without for a topic that nobody consumes; none for a topic that is gone by now.</summary>
    private static async Task<List<Row>> RowsAsync(AdminClient admin, string topic, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        try
        {
            var route = await admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
            var brokers = route.BrokerDatas.Select(BrokerNode.AddressOf).OfType<string>().ToList();
            var (inTps, inCount) = await CountAsync(admin, brokers, "TOPIC_PUT_NUMS", topic, cancellationToken).ConfigureAwait(false);
            var groups = new SortedSet<string>(StringComparer.Ordinal);
            foreach (var broker in brokers)
            {
                groups.UnionWith(await admin.Topics.GetGroupsAsync(broker, topic, cancellationToken).ConfigureAwait(false));
            }

            foreach (var group in groups)
            {
                var (outTps, outCount) = await CountAsync(admin, brokers, "GROUP_GET_NUMS", $"{topic}@{group}", cancellationToken).ConfigureAwait(false);
                var behind = await BehindAsync(admin, brokers, topic, group, cancellationToken).ConfigureAwait(false);
                rows.Add(new(topic, group, behind, inTps, outTps, inCount, outCount));
            }

            if (groups.Count == 0)
            {
                rows.Add(new(topic, "", 0, inTps, null, inCount, 0));
            }
        }
        catch (BrokerException)
        {
            // Deleted between the list and the question.
        }

        return rows;
    }

    /// <summary>A broker that has not counted anything under a key yet knows nothing of it.</summary>
    private static async Task<(double Tps, long Count)> CountAsync(
        AdminClient admin, List<string> brokers, string counter, string key, CancellationToken cancellationToken)
    {
        var (tps, count) = (0.0, 0L);
        foreach (var broker in brokers)
        {
            try
            {
                var stats = await admin.Brokers.GetStatsAsync(broker, counter, key, cancellationToken).ConfigureAwait(false);
                tps += stats.StatsMinute.Tps;
                count += new[] { stats.StatsDay.Sum, stats.StatsHour.Sum, stats.StatsMinute.Sum }.FirstOrDefault(sum => sum != 0);
            }
            catch (Exception e) when (e is BrokerException or RemotingException)
            {
            }
        }

        return (tps, count);
    }

    private static async Task<long> BehindAsync(AdminClient admin, List<string> brokers, string topic, string group, CancellationToken cancellationToken)
    {
        var behind = 0L;
        foreach (var broker in brokers)
        {
            try
            {
                var stats = await admin.Groups.GetStatsAsync(broker, group, topic, cancellationToken).ConfigureAwait(false);
                behind += stats.OffsetTable.Values.Sum(o => o.BrokerOffset - o.ConsumerOffset);
            }
            catch (Exception e) when (e is BrokerException or RemotingException)
            {
            }
        }

        return Math.Max(0, behind);
    }

    private sealed record Row(string Topic, string Group, long Behind, double InTps, double? OutTps, long In24Hours, long Out24Hours);
}
