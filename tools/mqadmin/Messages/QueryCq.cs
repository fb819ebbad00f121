using System.CommandLine;
using System.Globalization;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class QueryCq : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<int> _queue;
    private readonly Option<long> _index;
    private readonly Option<int> _count;
    private readonly Option<string?> _broker;
    private readonly Option<string?> _group;

    public QueryCq()
        : base("queryCq", "Shows entries of a consume queue, and whether a group's filter lets each pass.", "-n localhost:9876 -t Orders -q 0 -i 100 -c 5 -g billing")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _queue = Required<int>("q", "queue", "The queue.");
        _index = Required<long>("i", "index", "The first entry: an offset of the queue.");
        _count = Optional("c", "count", "How many.", 10);
        _broker = BrokerAddress.Check(Optional<string?>("b", "broker", "The broker, as host:port; the topic's first when absent."));
        _group = Optional<string?>("g", "consumer", "The group whose filter is tried.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var (topic, index) = (call.Get(_topic), call.Get(_index));
        var address = call.Get(_broker) ?? await FirstBrokerAsync(call, topic, cancellationToken).ConfigureAwait(false);
        var found = await call.Admin.Messages.GetQueueEntriesAsync(
            address, topic, call.Get(_queue), index, call.Get(_count), call.Get(_group), cancellationToken).ConfigureAwait(false);
        if (found.SubscriptionData is { } subscription)
        {
            call.Report.Note("Subscription data:");
            call.Report.Document("subscription", subscription);
        }

        if (found.FilterData is { } filter)
        {
            call.Report.Value("filterData", "Filter data", filter);
        }

        call.Report.Value("max", "max", found.MaxQueueIndex);
        call.Report.Value("min", "min", found.MinQueueIndex);
        call.Report.Table(
            "entries",
            (found.QueueData ?? []).Select((entry, i) => (Index: index + i, Entry: entry)),
            new("#idx", "index", e => e.Index),
            new("#physicOffset", "physicOffset", e => e.Entry.PhysicOffset),
            new("#physicSize", "physicSize", e => e.Entry.PhysicSize),
            new("#tagsCode", "tagsCode", e => e.Entry.TagsCode.ToString(CultureInfo.InvariantCulture)),
            new("#extend", "extend", e => e.Entry.ExtendDataJson),
            new("#bitMap", "bitMap", e => e.Entry.BitMap),
            new("#eval", "passes", e => e.Entry.Eval),
            new("#msg", "message", e => e.Entry.Msg));
    }

    private static async Task<string> FirstBrokerAsync(Call call, string topic, CancellationToken cancellationToken)
    {
        var route = await call.Admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        return route.BrokerDatas.Select(BrokerNode.AddressOf).OfType<string>().FirstOrDefault()
            ?? throw new VerbFailedException($"No broker of topic '{topic}' is registered.");
    }
}
