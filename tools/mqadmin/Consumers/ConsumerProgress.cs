using System.CommandLine;
using RocketMQ.Client;
using RocketMQ.MqAdmin.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class ConsumerProgress : Verb
{
    private readonly Option<string?> _group;
    private readonly Option<string?> _topic;
    private readonly Option<bool> _showClients;

    public ConsumerProgress()
        : base("consumerProgress", "Shows how far a group is in each queue; without -g, all groups.", "-n localhost:9876 -g billing -s true")
    {
        _group = Optional<string?>("g", "groupName", "The group.");
        _topic = Optional<string?>("t", "topicName", "Only this topic of the group.");
        _showClients = Optional("s", "showClientIP", "Whether to show which member has each queue.", false);
        Optional<string?>("c", "cluster", "Taken as Apache's mqadmin does; every broker of the group is asked in any case.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var servers = new GroupServers(call.Admin);
        if (call.Get(_group) is { } group)
        {
            await ShowGroupAsync(call, servers, group, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ShowAllAsync(call, servers, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ShowGroupAsync(Call call, GroupServers servers, string group, CancellationToken cancellationToken)
    {
        var stats = await servers.StatsAsync(group, call.Get(_topic), cancellationToken).ConfigureAwait(false);
        if (stats.OffsetTable.Count == 0)
        {
            throw new VerbFailedException($"Group '{group}' has consumed no topic{(call.Get(_topic) is { } topic ? $" '{topic}'" : "")} yet.");
        }

        var queues = stats.OffsetTable.OrderBy(q => q.Key).ToList();
        var owners = call.Get(_showClients) ? await OwnersAsync(call, servers, group, cancellationToken).ConfigureAwait(false) : null;
        List<Column<KeyValuePair<MessageQueue, OffsetWrapper>>> columns =
        [
            new("#Topic", "topic", q => q.Key.Topic),
            new("#Broker Name", "brokerName", q => q.Key.BrokerName),
            new("#QID", "queueId", q => q.Key.QueueId),
            new("#Broker Offset", "brokerOffset", q => q.Value.BrokerOffset),
            new("#Consumer Offset", "consumerOffset", q => q.Value.ConsumerOffset),
            new("#Diff", "diff", q => Diff(q.Value)),
            new("#Inflight", "inflight", q => Inflight(q.Value)),
            new("#LastTime", "lastTime", q => Format.Time(q.Value.LastTimestamp)),
        ];
        if (owners is not null)
        {
            columns.Insert(5, new("#Client IP", "clientIp", q => owners.GetValueOrDefault(q.Key, "N/A")));
        }

        call.Report.Table("queues", queues, [.. columns]);
        call.Report.Value("consumeTps", "Consume TPS", stats.ConsumeTps);
        call.Report.Value("diffTotal", "Consume Diff Total", queues.Sum(q => Diff(q.Value)));
        call.Report.Value("inflightTotal", "Consume Inflight Total", queues.Sum(q => Inflight(q.Value)));
    }

    private static async Task ShowAllAsync(Call call, GroupServers servers, CancellationToken cancellationToken)
    {
        var topics = await call.Admin.Topics.ListAsync(cancellationToken).ConfigureAwait(false);
        var groups = topics.Where(t => t.StartsWith(TopicNames.RetryPrefix, StringComparison.Ordinal))
            .Select(t => t[TopicNames.RetryPrefix.Length..].Split(TopicNames.PopSeparator)[0])
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        var rows = new List<GroupSummary>();
        foreach (var group in groups)
        {
            call.Progress.Show("group", rows.Count, groups.Count);
            rows.Add(new GroupSummary(
                group,
                await TryAsync(() => servers.StatsAsync(group, topic: null, cancellationToken)).ConfigureAwait(false),
                await TryAsync(() => servers.ConnectionsAsync(group, broker: null, cancellationToken)).ConfigureAwait(false)));
        }

        call.Progress.Clear();
        call.Report.Table(
            "groups",
            rows,
            new("#Group", "group", g => g.Name),
            new("#Count", "count", g => g.MemberCount),
            new("#Version", "version", g => g.Members is { ConnectionSet.Count: > 0 } m ? MqVersion.Description(m.ConnectionSet.Min(c => c.Version)) : "OFFLINE"),
            new("#Type", "type", g => g.MemberCount == 0 ? "" : g.Members!.ConsumeType == ConsumeType.ConsumeActively ? "PULL" : "PUSH"),
            new("#Model", "model", g => g.Members is { ConsumeType: ConsumeType.ConsumePassively } m ? m.MessageModel?.ToString().ToUpperInvariant() : ""),
            new("#TPS", "tps", g => (long)(g.Stats?.ConsumeTps ?? 0)),
            new("#Diff Total", "diffTotal", g => g.Stats?.OffsetTable.Values.Sum(Diff) ?? 0));
    }

    /// <summary>Which member has each queue; empty when none is connected.</summary>
    private static async Task<Dictionary<MessageQueue, string>> OwnersAsync(Call call, GroupServers servers, string group, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<MessageQueue, string>();
        var members = await TryAsync(() => servers.ConnectionsAsync(group, broker: null, cancellationToken)).ConfigureAwait(false);
        foreach (var member in members?.ConnectionSet ?? [])
        {
            call.Progress.Show($"asking {member.ClientId}");
            var info = await TryAsync(() => servers.RunningInfoAsync(group, member.ClientId, broker: null, withStacks: false, cancellationToken)).ConfigureAwait(false);
            foreach (var queue in info?.MqTable.Keys ?? Enumerable.Empty<MessageQueue>())
            {
                owners[queue] = member.ClientId.Split('@')[0];
            }
        }

        call.Progress.Clear();
        return owners;
    }

    /// <summary>One group that can't be asked does not hide the others.</summary>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (e is RocketMQException or RemotingException)
        {
            return null;
        }
    }

    private static long Diff(OffsetWrapper offsets) => offsets.BrokerOffset - offsets.ConsumerOffset;

    private static long Inflight(OffsetWrapper offsets) => offsets.PullOffset - offsets.ConsumerOffset;

    private sealed record GroupSummary(string Name, ConsumeStats? Stats, ConsumerConnection? Members)
    {
        public int MemberCount => Members?.ConnectionSet.Count ?? 0;
    }
}
