using System.CommandLine;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class UpdateTopic : Verb
{
    private const int UnitFlag = 1;
    private const int UnitSubFlag = 2;

    private readonly BrokerTarget _target;
    private readonly Option<string> _topic;
    private readonly Option<string?> _attributes;
    private readonly Option<int> _readQueues;
    private readonly Option<int> _writeQueues;
    private readonly Option<int> _permission;
    private readonly Option<bool> _order;
    private readonly Option<bool> _unit;
    private readonly Option<bool> _hasUnitSub;

    public UpdateTopic()
        : base("updateTopic", "Creates a topic or changes it.", "-n localhost:9876 -c DefaultCluster -t Orders -r 8 -w 8")
    {
        _target = Target();
        _topic = Required<string>("t", "topic", "The topic.");
        _attributes = Optional<string?>("a", "attributes", "Attributes to set and to remove: +message.type=FIFO,-cleanup.policy.");
        _readQueues = Optional("r", "readQueueNums", "Queues to read from.", 8);
        _writeQueues = Optional("w", "writeQueueNums", "Queues to write to.", 8);
        _permission = Optional("p", "perm", "2 write, 4 read, 6 both.", 6);
        _order = Optional<bool>("o", "order", "Whether its messages have a global order, by broker and queue.");
        _unit = Optional<bool>("u", "unit", "Whether it belongs to a unit.");
        _hasUnitSub = Optional<bool>("s", "hasUnitSub", "Whether units subscribe to it.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var topic = new TopicConfig
        {
            TopicName = call.Get(_topic),
            ReadQueueNums = call.Get(_readQueues),
            WriteQueueNums = call.Get(_writeQueues),
            Perm = call.Get(_permission),
            TopicSysFlag = (call.Get(_unit) ? UnitFlag : 0) | (call.Get(_hasUnitSub) ? UnitSubFlag : 0),
            Order = call.Get(_order),
            Attributes = AttributeChanges.Parse(call.Get(_attributes)),
        };
        foreach (var address in await _target.MastersAsync(call, cancellationToken).ConfigureAwait(false))
        {
            await call.Admin.Topics.CreateOrUpdateAsync(address, topic, cancellationToken).ConfigureAwait(false);
            call.Report.Done(address, $"create topic to {address} success.");
        }

        if (topic.Order)
        {
            await OrderAsync(call, topic, cancellationToken).ConfigureAwait(false);
        }

        call.Report.Document("topic", topic);
    }

    /// <summary>Name servers tell clients the queues of an ordered topic, whether the brokers are there or not.</summary>
    private async Task OrderAsync(Call call, TopicConfig topic, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var all = BrokerNode.Of(info, _target.Cluster(call));
        var names = all.Where(b => _target.Broker(call) is not { } address || b.Address == address).Select(b => b.Name).Distinct();
        var queues = _target.Broker(call) is null
            ? []
            : OrderedQueues.Parse(await call.Admin.NameServer.GetValueAsync(OrderedQueues.Namespace, topic.TopicName, cancellationToken).ConfigureAwait(false));
        foreach (var name in names)
        {
            queues[name] = $"{topic.WriteQueueNums}";
        }

        var value = OrderedQueues.Format(queues);
        await call.Admin.NameServer.SetValueAsync(OrderedQueues.Namespace, topic.TopicName, value, cancellationToken).ConfigureAwait(false);
        call.Report.Value("orderConf", "set orderConf", value);
    }
}
