using System.CommandLine;
using System.Globalization;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.MqAdmin.Offsets;

internal sealed class ResetOffsetByTime : Verb
{
    private readonly Option<string> _group;
    private readonly Option<string> _topic;
    private readonly Option<string> _time;
    private readonly Option<bool> _force;
    private readonly Option<string?> _broker;
    private readonly Option<int?> _queue;
    private readonly Option<long?> _offset;
    private readonly Option<string?> _routeTopic;

    public ResetOffsetByTime()
        : base("resetOffsetByTime", "Moves a group to the messages of a time, in every queue of a topic or in one.", "-n localhost:9876 -g billing -t Orders -s 2026-01-31#12:00:00:000")
    {
        _group = Required<string>("g", "group", "The group.");
        _topic = Required<string>("t", "topic", "The topic.");
        _time = Required<string>("s", "timestamp", $"{TimeText.Forms}; -1 for the end of the queues.");
        _force = Optional("f", "force", "Whether to move it forward too.", true);
        Flag("", "cplus", "For clients in C++; makes no difference any more.");
        _broker = BrokerAddress.Check(Optional<string?>("b", "broker", "With -q: only at this broker, as host:port."));
        _queue = Optional<int?>("q", "queue", "With -b: only this queue.");
        _offset = Optional<long?>("o", "offset", "With -b and -q: to this offset rather than to a time.");
        _routeTopic = Optional<string?>("c", "cluster", "A topic that tells the brokers, for a light queue that has no route of its own.");
        Rule(given => given.Has(_broker) == given.Has(_queue) ? null : "-b and -q go together: one queue of one broker. Give neither for the whole topic.");
        Rule(given => given.Has(_offset) && !given.Has(_queue) ? "-o needs -b and -q: an offset is one of a queue." : null);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (group, topic, text) = (call.Get(_group), call.Get(_topic), call.Get(_time));
        DateTimeOffset? time = text == "-1" ? null : TimeText.Parse(text, call.Time);
        if (call.Get(_broker) is { } broker && call.Get(_queue) is { } queue)
        {
            await ResetQueueAsync(call, broker, queue, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        call.Report.Note(
            $"start reset consumer offset by specified, group[{group}], topic[{topic}], force[{Format.Text(call.Get(_force))}], timestamp(string)[{text}], timestamp(long)[{time?.ToUnixTimeMilliseconds() ?? -1}]");
        await new GroupReset(call.Admin, group, topic, time, call.Get(_force))
            .RunAsync(call.Report, call.Get(_routeTopic), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The broker keeps the offset whether a member is told or not.</summary>
    private async Task ResetQueueAsync(Call call, string broker, int queue, DateTimeOffset? time, CancellationToken cancellationToken)
    {
        var (group, topic, offsets) = (call.Get(_group), call.Get(_topic), call.Admin.Offsets);
        var offset = call.Get(_offset)
            ?? (time is { } at
                ? await offsets.SearchAsync(broker, topic, queue, at, cancellationToken).ConfigureAwait(false)
                : await offsets.GetMaxAsync(broker, topic, queue, cancellationToken).ConfigureAwait(false));
        await offsets.UpdateAsync(broker, group, topic, queue, offset, cancellationToken).ConfigureAwait(false);
        if (await TakesSingleQueuesAsync(call, broker, cancellationToken).ConfigureAwait(false))
        {
            await offsets.ResetAsync(broker, group, topic, queue, offset, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            call.Report.Note("Brokers before 5.0 can't tell the group's members about one queue: members that are connected go on where they are and store that.");
        }

        call.Report.Item(
            "queues",
            string.Create(CultureInfo.InvariantCulture, $"reset consumer offset to {offset}"),
            new { server = broker, queueId = queue, offset });
    }

    /// <summary>A broker before 5.0 takes the request for the whole topic.</summary>
    private static async Task<bool> TakesSingleQueuesAsync(Call call, string broker, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetRuntimeInfoAsync(broker, cancellationToken).ConfigureAwait(false);
        return int.TryParse(info.GetValueOrDefault("brokerVersion"), CultureInfo.InvariantCulture, out var version) && version >= MqVersion.V5_0_0;
    }
}
