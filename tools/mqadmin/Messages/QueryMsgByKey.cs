using System.CommandLine;
using System.Globalization;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class QueryMsgByKey : Verb
{
    private readonly Option<string> _topic;
    private readonly Option<string> _key;
    private readonly Option<string?> _begin;
    private readonly Option<string?> _end;
    private readonly Option<int> _max;
    private readonly Option<string?> _routeTopic;

    public QueryMsgByKey()
        : base("queryMsgByKey", "Lists the messages of a topic with a key.", "-n localhost:9876 -t Orders -k order-42")
    {
        _topic = Required<string>("t", "topic", "The topic.");
        _key = Required<string>("k", "msgKey", "The key.");
        _begin = Optional<string?>("b", "beginTimestamp", $"Stored from here on: {TimeText.Forms}.");
        _end = Optional<string?>("e", "endTimestamp", "Stored until here.");
        _max = Optional("m", "maxNum", "At most so many of each broker.", 64);
        _routeTopic = Optional<string?>("c", "cluster", "A topic that tells the brokers, for a light queue that has no route of its own.");
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var begin = call.Get(_begin) is { } b ? TimeText.Parse(b, call.Time) : DateTimeOffset.UnixEpoch;
        var end = call.Get(_end) is { } e ? TimeText.Parse(e, call.Time) : DateTimeOffset.MaxValue;
        var topic = call.Get(_topic);
        var found = await call.Admin.Messages.FindByKeyAsync(
            topic, call.Get(_key), begin, end, call.Get(_max), call.Get(_routeTopic), cancellationToken).ConfigureAwait(false);
        call.Report.Table(
            "messages",
            found,
            new("#Message ID", "messageId", m => m.MessageId),
            new("#QID", "queueId", m => m.QueueId),
            new("#Offset", "queueOffset", m => m.QueueOffset),
            new("#Store Time", "storeTime", m => Format.Time(m.StoreTimestamp)));
        if (found.Count == 0)
        {
            call.Report.Note(string.Create(CultureInfo.InvariantCulture, $"No message of topic {topic} has the key {call.Get(_key)} in that time."));
        }
    }
}
