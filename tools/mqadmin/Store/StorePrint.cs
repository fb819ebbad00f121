using System.CommandLine;
using RocketMQ.MqAdmin.Messages;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Store;

internal sealed class StorePrint : StoreVerb
{
    private readonly Option<string?> _topic;
    private readonly Option<int?> _queue;
    private readonly Option<long?> _offset;
    private readonly Option<long?> _position;
    private readonly Option<string?> _begin;
    private readonly Option<string?> _end;
    private readonly Option<string?> _key;
    private readonly Option<long> _max;
    private readonly Option<bool> _detail;

    public StorePrint()
        : base("storePrint", "Prints the records of a store at rest, in the order they were stored.", "/var/lib/rocketmq/store -t Orders -k order-42")
    {
        _topic = Optional<string?>("t", "topic", "Only of this topic.");
        _queue = Optional<int?>("q", "queue", "Only of this queue.");
        _offset = Optional<long?>("o", "offset", "Only from this offset of the queue on.");
        _position = Optional<long?>("p", "position", "Only from this offset of the commit log on, where a record must begin.");
        _begin = Optional<string?>("b", "beginTimestamp", $"Stored from here on: {TimeText.Forms}.");
        _end = Optional<string?>("e", "endTimestamp", "Stored before this.");
        _key = Optional<string?>("k", "key", "Only with this key, producer's id or tag.");
        _max = Optional("c", "count", "At most so many.", 100L);
        _detail = Flag("d", "detail", "Every field of each.");
    }

    protected override void Run(Call call, StoreDirectory store, CancellationToken cancellationToken)
    {
        var view = new MessageView(new BodyCharset(name: null));
        var begin = call.Get(_begin) is { } b ? TimeText.Parse(b, call.Time).ToUnixTimeMilliseconds() : long.MinValue;
        var end = call.Get(_end) is { } e ? TimeText.Parse(e, call.Time).ToUnixTimeMilliseconds() : long.MaxValue;
        var (topic, queue, offset, key, left) = (call.Get(_topic), call.Get(_queue), call.Get(_offset), call.Get(_key), call.Get(_max));
        using var log = new LogReader(store);
        var from = call.Get(_position) ?? (store.Segments.Count == 0 ? 0 : store.Segments[0].BaseOffset);
        call.Report.List("messages");
        var last = log.Walk(from, (in MessageRecord record, long _) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isAsked = (queue ?? record.QueueId) == record.QueueId && (offset ?? 0) <= record.QueueOffset
                && record.StoreTimestamp >= begin && record.StoreTimestamp < end
                && (topic is null || record.TopicString == topic);
            if (isAsked && StoredMessage.From(record) is var message && (key is null || HasKey(message, key)))
            {
                var text = call.Get(_detail) ? view.Detail(message) + "\n" : $"{message.PhysicalOffset} {message.Topic} {view.Line(message, withBody: true)}";
                call.Report.Item("messages", text, view.Json(message));
                left--;
            }

            return left > 0;
        });
        if (last.Reason is { } reason and not "stopped")
        {
            throw new VerbFailedException($"The log ends at offset {last.Offset} with {reason}. mqadmin storeVerify {store.Root} tells more.");
        }
    }

    private static bool HasKey(StoredMessage message, string key) =>
        message.UniqueKey == key || message.Tags == key || message.Keys?.Split(PropertyNames.KeySeparator).Contains(key) == true;
}
