using System.CommandLine;
using RocketMQ.Client;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class PrintMsg : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string?> _charset;
    private readonly Option<string?> _expression;
    private readonly Option<string?> _begin;
    private readonly Option<string?> _end;
    private readonly Option<bool> _body;
    private readonly Option<string?> _parent;

    public PrintMsg()
        : base("printMsg", "Prints the messages of a topic, queue by queue.", "-n localhost:9876 -t Orders -s \"Paid || Sent\" -b 2026-01-31#12:00:00:000")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _charset = Optional<string?>("c", "charsetName", "Character set of the bodies (UTF-8 where they are that).");
        _expression = Optional<string?>("s", "subExpression", "Only messages with these tags, joined by '||'.");
        _begin = Optional<string?>("b", "beginTimestamp", $"Stored from here on: {TimeText.Forms}.");
        _end = Optional<string?>("e", "endTimestamp", "Stored before this.");
        _body = Optional("d", "printBody", "Whether to print bodies.", true);
        _parent = Optional<string?>("l", "lmqParentTopic", "The topic whose brokers have this light queue.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var view = new MessageView(new BodyCharset(call.Get(_charset)));
        var consumer = call.Client.CreatePullConsumer(QueueReading.Group);
        var reading = new QueueReading(consumer, call.Time);
        var filter = call.Get(_expression) is { } tags and not "*" ? FilterExpression.Tags(tags) : FilterExpression.All;
        var topic = call.Get(_topic);
        var queues = await consumer.GetQueuesAsync(call.Get(_parent) ?? topic, cancellationToken).ConfigureAwait(false);
        call.Report.List("messages");
        foreach (var queue in queues.Select(q => q with { Topic = topic }))
        {
            var (first, end) = await reading.RangeAsync(queue, call.Get(_begin), call.Get(_end), cancellationToken).ConfigureAwait(false);
            call.Report.Note(QueueReading.Describe(queue, first, end));
            await foreach (var message in reading.ReadAsync(queue, first, end, filter, cancellationToken).ConfigureAwait(false))
            {
                var withBody = call.Get(_body);
                call.Report.Item("messages", view.Line(message.Stored, withBody), view.Json(message.Stored, withBody));
            }

            call.Report.Note("--------------------------------------------------------");
        }
    }
}
