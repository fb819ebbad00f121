using System.CommandLine;
using System.Globalization;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class ConsumeMessage : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string?> _broker;
    private readonly Option<int?> _queue;
    private readonly Option<long?> _offset;
    private readonly Option<string?> _group;
    private readonly Option<string?> _begin;
    private readonly Option<string?> _end;
    private readonly Option<long> _count;

    public ConsumeMessage()
        : base("consumeMessage", "Reads messages of a topic or of one queue; moves no group.", "-n localhost:9876 -t Orders -b broker-a -i 0 -o 100 -c 5")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _broker = Optional<string?>("b", "brokerName", "With -i: only this broker, by name.");
        _queue = Optional<int?>("i", "queueId", "With -b: only this queue.");
        _offset = Optional<long?>("o", "offset", "With -b and -i: from this offset on.");
        _group = Optional<string?>("g", "consumerGroup", $"The group to read as ({QueueReading.Group}).");
        _begin = Optional<string?>("s", "beginTimestamp", $"Stored from here on: {TimeText.Forms}.");
        _end = Optional<string?>("e", "endTimestamp", "Stored before this.");
        _count = Optional("c", "MessageNumber", "At most so many messages.", 128L);
        Rule(given => given.Has(_queue) && !given.Has(_broker) ? "Give the broker's name with -b: a queue is one of a broker." : null);
        Rule(given => given.Has(_offset) && !given.Has(_queue) ? "Give the queue with -i: an offset is one of a queue." : null);
        Rule(given => given.GetValue(_count) <= 0 ? "-c needs a positive number of messages." : null);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var view = new MessageView(new BodyCharset(name: null));
        var consumer = call.Client.CreatePullConsumer(call.Get(_group) ?? QueueReading.Group);
        var reading = new QueueReading(consumer, call.Time);
        var all = await consumer.GetQueuesAsync(call.Get(_topic), cancellationToken).ConfigureAwait(false);
        var queues = all.Where(q => (call.Get(_broker) ?? q.BrokerName) == q.BrokerName && (call.Get(_queue) ?? q.QueueId) == q.QueueId).ToList();
        if (queues.Count == 0)
        {
            throw new VerbFailedException($"Topic '{call.Get(_topic)}' has no such queue. mqadmin topicRoute -t {call.Get(_topic)} -l shows its brokers and queues.");
        }

        var left = call.Get(_count);
        call.Report.List("messages");
        foreach (var queue in queues.TakeWhile(_ => left > 0))
        {
            var (first, end) = await reading.RangeAsync(queue, call.Get(_begin), call.Get(_end), cancellationToken).ConfigureAwait(false);
            first = Math.Max(first, call.Get(_offset) ?? first);
            if (end - first > left)
            {
                call.Report.Note(string.Create(CultureInfo.InvariantCulture, $"The older {left} message of the {queue.QueueId} queue will be provided"));
                end = first + left;
            }

            await foreach (var message in reading.ReadAsync(queue, first, end, Client.FilterExpression.All, cancellationToken).ConfigureAwait(false))
            {
                left--;
                call.Report.Item("messages", $"Consume ok\n{view.Line(message.Stored, withBody: true)}", view.Json(message.Stored));
            }
        }

        if (left == call.Get(_count))
        {
            call.Report.Note("No message there.");
        }
    }
}
