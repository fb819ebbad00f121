using System.CommandLine;
using RocketMQ.MqAdmin.Consumers;

namespace RocketMQ.MqAdmin.Offsets;

internal sealed class CloneGroupOffset : Verb
{
    private readonly Option<string> _source;
    private readonly Option<string> _destination;
    private readonly Option<string> _topic;

    public CloneGroupOffset()
        : base("cloneGroupOffset", "Puts a group where another one is.", "-n localhost:9876 -s billing -d billing-2 -t Orders")
    {
        _source = Required<string>("s", "srcGroup", "The group to look at.");
        _destination = Required<string>("d", "destGroup", "The group to move.");
        _topic = Required<string>("t", "topic", "The topic.");
        Optional("o", "offline", "Whether the group or the topic is offline (false); makes no difference.", false);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (source, destination, topic) = (call.Get(_source), call.Get(_destination), call.Get(_topic));
        var stats = await new GroupServers(call.Admin).StatsAsync(source, topic, cancellationToken).ConfigureAwait(false);
        var route = await call.Admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        var addresses = route.BrokerDatas.ToDictionary(b => b.BrokerName, BrokerNode.AddressOf);
        var cloned = 0;
        foreach (var (queue, offsets) in stats.OffsetTable.OrderBy(q => q.Key).Where(q => q.Key.Topic == topic && q.Value.ConsumerOffset >= 0))
        {
            if (addresses.GetValueOrDefault(queue.BrokerName) is { } address)
            {
                await call.Admin.Offsets.UpdateAsync(address, destination, topic, queue.QueueId, offsets.ConsumerOffset, cancellationToken).ConfigureAwait(false);
                cloned++;
            }
        }

        if (cloned == 0)
        {
            throw new VerbFailedException($"Group '{source}' has no offsets in topic '{topic}' to clone.");
        }

        call.Report.Item(
            "done",
            $"clone group offset success. srcGroup[{source}], destGroup=[{destination}], topic[{topic}]",
            new { srcGroup = source, destGroup = destination, topic, queues = cloned });
    }
}
