using System.CommandLine;
using System.Globalization;
using RocketMQ.Client;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Consumers;

internal sealed class ConsumerStatus : Verb
{
    /// <summary>Members that just started may not all have the same subscriptions yet.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMinutes(2);

    /// <summary>A queue with messages waiting that nothing was consumed of for so long is stuck.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(1);

    private readonly Option<string> _group;
    private readonly Option<string?> _clientId;
    private readonly Option<string?> _broker;
    private readonly Option<bool> _stacks;

    public ConsumerStatus()
        : base("consumerStatus", "Shows what the members of a group tell of themselves.", "-n localhost:9876 -g billing -i 10.0.0.1@4711")
    {
        _group = Required<string>("g", "consumerGroup", "The group.");
        _clientId = Optional<string?>("i", "clientId", "Only this member, in full.");
        _broker = BrokerAddress.Check(Optional<string?>("b", "brokerAddr", "Ask this broker, as host:port."));
        _stacks = Flag("s", "jstack", "With what each of its threads does, where its language can tell.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var servers = new GroupServers(call.Admin);
        var (group, broker) = (call.Get(_group), call.Get(_broker));
        if (call.Get(_clientId) is { } clientId)
        {
            var info = await servers.RunningInfoAsync(group, clientId, broker, call.Get(_stacks), cancellationToken).ConfigureAwait(false);
            RunningInfoText.Write(call.Report, info);
            return;
        }

        var connections = await servers.ConnectionsAsync(group, broker, cancellationToken).ConfigureAwait(false);
        var members = new List<Member>();
        foreach (var connection in connections.ConnectionSet)
        {
            call.Progress.Show("member", members.Count, connections.ConnectionSet.Count);
            members.Add(await AskAsync(servers, connection, group, broker, cancellationToken).ConfigureAwait(false));
        }

        call.Progress.Clear();
        Write(call, members);
    }

    private static async Task<Member> AskAsync(GroupServers servers, Connection connection, string group, string? broker, CancellationToken cancellationToken)
    {
        try
        {
            return new(connection, await servers.RunningInfoAsync(group, connection.ClientId, broker, withStacks: false, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is RocketMQException or RemotingException)
        {
            return new(connection, Info: null, e.Message);
        }
    }

    private static void Write(Call call, List<Member> members)
    {
        call.Report.Table(
            "members",
            members.Select((m, i) => (Member: m, Index: i + 1)),
            new("#Index", "index", m => m.Index),
            new("#ClientId", "clientId", m => m.Member.Connection.ClientId),
            new("#Version", "version", m => MqVersion.Description(m.Member.Connection.Version)),
            new("#Queues", "queues", m => m.Member.Info?.MqTable.Count),
            new("#Cached", "cachedMessages", m => m.Member.Info?.MqTable.Values.Sum(q => q.CachedMsgCount)),
            new("#Problem", "problem", m => m.Member.Problem));
        var now = call.Time.GetUtcNow();
        var settled = members.Where(m => m.Info is not null && now - Started(m.Info) > SettlingTime).Select(m => m.Info!.SubscriptionSet).ToList();
        var same = settled.Skip(1).All(s => Texts(s).SetEquals(Texts(settled[0])));
        call.Report.Value("sameSubscription", "Same subscription in the same group of consumer", same);
        call.Report.List("problems");
        foreach (var (member, queue, state) in members.SelectMany(m => m.Info?.MqTable.Select(q => (m, q.Key, q.Value)) ?? []))
        {
            if (Problem(member.Info!, state, now) is { } problem)
            {
                call.Report.Item(
                    "problems",
                    $"{member.Connection.ClientId} {queue.Topic} {queue.BrokerName} {queue.QueueId}: {problem}",
                    new { member.Connection.ClientId, queue, problem });
            }
        }
    }

    private static string? Problem(ConsumerRunningInfo info, ProcessQueueInfo queue, DateTimeOffset now)
    {
        var isOrderly = info.Properties.GetValueOrDefault("PROP_CONSUMEORDERLY") == "true";
        if (isOrderly && !queue.Locked)
        {
            return "it has not the lock of this queue, which it consumes in order";
        }

        var idle = now - (Format.Time(queue.LastConsumeTimestamp) ?? now);
        return !isOrderly && queue.CachedMsgCount > 0 && idle > StuckAfter
            ? string.Create(CultureInfo.InvariantCulture, $"nothing consumed for {idle.TotalSeconds:0} s though {queue.CachedMsgCount} messages wait; its handler may be stuck")
            : null;
    }

    private static DateTimeOffset Started(ConsumerRunningInfo info) =>
        long.TryParse(info.Properties.GetValueOrDefault("PROP_CONSUMER_START_TIMESTAMP"), CultureInfo.InvariantCulture, out var ms)
            ? Format.Time(ms) ?? DateTimeOffset.MinValue
            : DateTimeOffset.MinValue;

    private static HashSet<string> Texts(IEnumerable<SubscriptionData> subscriptions) =>
        [.. subscriptions.Select(s => $"{s.Topic} {s.ExpressionType} {s.SubString}")];

    private sealed record Member(Connection Connection, ConsumerRunningInfo? Info, string? Problem = null);
}
