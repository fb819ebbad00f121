using System.CommandLine;
using System.Text;
using RocketMQ.Client;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class SendMessage : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string> _body;
    private readonly Option<string?> _keys;
    private readonly Option<string?> _tag;
    private readonly Option<string?> _broker;
    private readonly Option<int?> _queue;
    private readonly Option<bool> _trace;

    public SendMessage()
        : base("sendMessage", "Sends a message.", "-n localhost:9876 -t Orders -p \"hello\" -k order-42 -c Paid")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _body = Required<string>("p", "body", "The body, which is sent as UTF-8.");
        _keys = Optional<string?>("k", "key", "Keys to look it up by, joined by spaces.");
        _tag = Optional<string?>("c", "tags", "The tag consumers select by.");
        _broker = Optional<string?>("b", "broker", "With -i: the broker's name.");
        _queue = Optional<int?>("i", "qid", "With -b: the queue.");
        _trace = Optional("m", "msgTraceEnable", "Whether to record the send in the trace topic.", false);
        Rule(given => given.Has(_queue) && !given.Has(_broker) ? "Give the broker's name with -b: a queue is one of a broker." : null);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var message = new Message(call.Get(_topic), Encoding.UTF8.GetBytes(call.Get(_body)))
        {
            Tag = call.Get(_tag),
            Keys = call.Get(_keys)?.Split(PropertyNames.KeySeparator, StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
        var producer = call.Client.CreateProducer(new ProducerOptions { Group = "mqadmin-sendMessage", Trace = call.Get(_trace) });
        await using (producer.ConfigureAwait(false))
        {
            var receipt = await SendAsync(call, producer, message, cancellationToken).ConfigureAwait(false);
            call.Report.Table(
                "sent",
                [receipt],
                new("#Broker Name", "brokerName", r => r.Queue.BrokerName),
                new("#QID", "queueId", r => r.Queue.QueueId),
                new("#Send Result", "result", r => SendStatusNames.Of(r.Status)),
                new("#MsgId", "messageId", r => r.MessageId));
        }
    }

    private Task<SendReceipt> SendAsync(Call call, Producer producer, Message message, CancellationToken cancellationToken)
    {
        if (call.Get(_broker) is not { } broker)
        {
            return producer.SendAsync(message, cancellationToken);
        }

        return call.Get(_queue) is { } queue
            ? producer.SendAsync(message, new MessageQueue(message.Topic, broker, queue), cancellationToken)
            : producer.SendAsync(
                message,
                (queues, _) => queues.FirstOrDefault(q => q.BrokerName == broker) ?? throw new VerbFailedException($"Topic '{message.Topic}' has no queue to write to at broker '{broker}'."),
                cancellationToken);
    }
}
