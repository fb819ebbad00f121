using System.CommandLine;
using System.Globalization;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class QueryMsgByOffset : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string> _broker;
    private readonly Option<int> _queue;
    private readonly Option<long> _offset;
    private readonly Option<string?> _bodyFormat;

    public QueryMsgByOffset()
        : base("queryMsgByOffset", "Shows the message at an offset of a queue.", "-n localhost:9876 -t Orders -b broker-a -i 0 -o 1234")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _broker = Required<string>("b", "brokerName", "The broker's name.");
        _queue = Required<int>("i", "queueId", "The queue.");
        _offset = Required<long>("o", "offset", "The offset.");
        _bodyFormat = Optional<string?>("f", "bodyFormat", "Character set of the body (UTF-8 where it is that).");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var view = new MessageView(new BodyCharset(call.Get(_bodyFormat)));
        var queue = new MessageQueue(call.Get(_topic), call.Get(_broker), call.Get(_queue));
        var consumer = call.Client.CreatePullConsumer(QueueReading.Group);
        var pulled = await consumer.PullAsync(queue, call.Get(_offset), maxMessages: 1, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (pulled.Messages is not [var message, ..])
        {
            throw new VerbFailedException(string.Create(
                CultureInfo.InvariantCulture,
                $"Queue {queue.QueueId} of topic '{queue.Topic}' at {queue.BrokerName} has no message at offset {call.Get(_offset)}: it holds {pulled.MinOffset} to {pulled.MaxOffset - 1}."));
        }

        await MessageReport.ShowAsync(call, [message.Stored], view, cancellationToken).ConfigureAwait(false);
    }
}
