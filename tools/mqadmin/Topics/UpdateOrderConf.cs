using System.CommandLine;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class UpdateOrderConf : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string?> _value;
    private readonly Option<string> _method;

    public UpdateOrderConf()
        : base("updateOrderConf", "Shows, sets or removes how many queues of an ordered topic each broker has.", "-n localhost:9876 -t Orders -m put -v broker-a:8")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _value = Optional<string?>("v", "orderConf", "To put: brokerName:queues, joined by ';'.");
        _method = Required<string>("m", "method", "put, get or delete.");
        _method.AcceptOnlyFromAmong("put", "get", "delete");
        Rule(given => given.GetValue(_method) == "put" && string.IsNullOrWhiteSpace(given.GetValue(_value)) ? "Give what to put with -v brokerName:queues." : null);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var names = call.Admin.NameServer;
        var topic = call.Get(_topic);
        switch (call.Get(_method))
        {
            case "put":
                var value = call.Get(_value)!;
                await names.SetValueAsync(OrderedQueues.Namespace, topic, value, cancellationToken).ConfigureAwait(false);
                call.Report.Item("done", $"update orderConf success. topic=[{topic}], orderConf=[{value}]", new { topic, orderConf = value });
                break;
            case "delete":
                await names.DeleteValueAsync(OrderedQueues.Namespace, topic, cancellationToken).ConfigureAwait(false);
                call.Report.Item("done", $"delete orderConf success. topic=[{topic}]", new { topic });
                break;
            default:
                var current = await names.GetValueAsync(OrderedQueues.Namespace, topic, cancellationToken).ConfigureAwait(false)
                    ?? throw new VerbFailedException($"Topic '{topic}' has no order configuration. mqadmin updateOrderConf -t {topic} -m put -v broker:queues gives it one.");
                call.Report.Value("orderConf", $"get orderConf success. topic=[{topic}], orderConf", current);
                break;
        }
    }
}
