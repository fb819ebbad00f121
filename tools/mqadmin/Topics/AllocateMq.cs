using System.CommandLine;
using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Topics;

internal sealed class AllocateMq : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string> _members;

    public AllocateMq()
        : base("allocateMQ", "Shows how the queues of a topic would be shared out to consumers, without telling any.", "-n localhost:9876 -t Orders -i 10.0.0.1,10.0.0.2")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _members = Required<string>("i", "ipList", "The consumers, joined by ','.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var topic = call.Get(_topic);
        var route = await call.Admin.Topics.GetRouteAsync(topic, cancellationToken).ConfigureAwait(false);
        var queues = route.QueueDatas
            .SelectMany(q => Enumerable.Range(0, q.ReadQueueNums).Select(id => new MessageQueue(topic, q.BrokerName, id)))
            .Order()
            .ToList();
        var members = call.Get(_members).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        call.Report.Document("result", members.ToDictionary(m => m, m => QueueAllocations.Average(m, queues, members)));
    }
}
