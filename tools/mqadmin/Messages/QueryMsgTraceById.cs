using System.CommandLine;

namespace RocketMQ.MqAdmin.Messages;

internal sealed class QueryMsgTraceById : Verb
{
    private readonly Option<string> _id;
    private readonly Option<string> _topic;
    private readonly Option<string?> _begin;
    private readonly Option<string?> _end;
    private readonly Option<int> _max;

    public QueryMsgTraceById()
        : base("queryMsgTraceById", "Shows who sent and who consumed a message, from the trace topic.", "-n localhost:9876 -i 7F0000010000FB72C4A22C9A1D9B0000")
    {
        AlsoCalled("QueryMsgTraceById");
        _id = Required<string>("i", "msgId", "The id that the producer gave.");
        _topic = Optional("t", "traceTopic", "The trace topic (RMQ_SYS_TRACE_TOPIC).", "RMQ_SYS_TRACE_TOPIC");
        _begin = Optional<string?>("b", "beginTimestamp", $"Traced from here on: {TimeText.Forms}.");
        _end = Optional<string?>("e", "endTimestamp", "Traced until here.");
        _max = Optional("c", "maxNum", "At most so many records of each broker.", 64);
    }

    public override async Task RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = call.Get(_id);
        var begin = call.Get(_begin) is { } b ? TimeText.Parse(b, call.Time) : DateTimeOffset.UnixEpoch;
        var end = call.Get(_end) is { } e ? TimeText.Parse(e, call.Time) : DateTimeOffset.MaxValue;
        var found = await call.Admin.Messages.FindByKeyAsync(call.Get(_topic), id, begin, end, call.Get(_max), cancellationToken: cancellationToken).ConfigureAwait(false);
        var charset = new BodyCharset(name: null);
        var views = found.SelectMany(m => TraceView.Read(id, m, charset)).OrderBy(v => v.Time).ToList();
        if (views.Count == 0)
        {
            throw new VerbFailedException($"Topic '{call.Get(_topic)}' has no trace of {id}: were producer and consumers told to trace?");
        }

        Write(call.Report, "sends", "#ProducerGroup", "#SendTime", views.Where(v => v.Type == "Pub"));
        Write(call.Report, "consumptions", "#ConsumerGroup", "#ConsumerTime", views.Where(v => v.Type == "Sub"));
    }

    private static void Write(Report report, string name, string groupHeader, string timeHeader, IEnumerable<TraceView> views)
    {
        report.Table(
            name,
            views,
            new("#Type", "type", v => v.Type),
            new(groupHeader, "group", v => v.Group),
            new("#ClientHost", "clientHost", v => v.ClientHost),
            new(timeHeader, "time", v => v.Time),
            new("#CostTimes", "costMs", v => v.CostMs),
            new("#Status", "status", v => v.Succeeded ? "success" : "failed"));
        report.Note("");
    }
}
