using System.CommandLine;
using System.Globalization;
using RocketMQ.Client;
using RocketMQ.Remoting;

namespace RocketMQ.MqAdmin.Brokers;

internal sealed class ClusterList : Verb
{
    private readonly Option<bool> _moreStats;
    private readonly Repetition _repetition;
    private readonly Option<string?> _cluster;

    public ClusterList()
        : base("clusterList", "Lists clusters and brokers with their version, rates and disk use.", "-n localhost:9876")
    {
        _moreStats = Flag("m", "moreStats", "How many messages came in and went out yesterday and today.");
        _repetition = Repeat("Seconds between two lists; one list when absent.");
        _cluster = Optional<string?>("c", "clusterName", "Only this cluster.");
    }

    public override Task RunAsync(Call call, CancellationToken cancellationToken) =>
        _repetition.RunAsync(call, () => ListAsync(call, cancellationToken), cancellationToken);

    private async Task ListAsync(Call call, CancellationToken cancellationToken)
    {
        var info = await call.Admin.Cluster.GetAsync(cancellationToken).ConfigureAwait(false);
        var brokers = await Task.WhenAll(BrokerNode.Of(info, call.Get(_cluster)).Select(b => FiguresAsync(call, b, cancellationToken))).ConfigureAwait(false);
        if (call.Get(_moreStats))
        {
            WriteTotals(call.Report, brokers);
        }
        else
        {
            WriteState(call.Report, brokers, call.Time.GetUtcNow());
        }
    }

    /// <summary>A broker that does not answer still stands in the list.</summary>
    private static async Task<BrokerFigures> FiguresAsync(Call call, BrokerNode broker, CancellationToken cancellationToken)
    {
        try
        {
            return new(broker, await call.Admin.Cluster.GetRuntimeInfoAsync(broker.Address, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is RemotingException or RocketMQException)
        {
            return new(broker, new Dictionary<string, string>(), e.Message);
        }
    }

    private static void WriteState(Report report, IReadOnlyList<BrokerFigures> brokers, DateTimeOffset now)
    {
        report.Table(
            "brokers",
            brokers,
            new("#Cluster Name", "clusterName", b => b.Broker.Cluster),
            new("#Broker Name", "brokerName", b => b.Broker.Name),
            new("#BID", "brokerId", b => b.Broker.Id),
            new("#Addr", "address", b => b.Broker.Address),
            new("#Version", "version", b => b.Text("brokerVersionDesc")),
            new("#InTPS(LOAD)", "in", b => Load(b.Rate("putTps"), b, "send")),
            new("#OutTPS(LOAD)", "out", b => Load(b.Rate("getTransferredTps", "getTransferedTps"), b, "pull", "ack")),
            new("#Timer(Progress)", "timer", Timer),
            new("#PCWait(ms)", "pageCacheLockMs", b => b.Number("pageCacheLockTimeMills")),
            new("#Hour", "hours", b => b.Time("earliestMessageTimeStamp") is { } earliest ? (now - earliest).TotalHours : 0.0),
            new("#SPACE", "diskRatio", b => b.Fraction("commitLogDiskRatio").ToString("0.0000", CultureInfo.InvariantCulture)),
            new("#ACTIVATED", "active", b => b.Text("brokerActive") == "true"));
        report.List("problems");
        foreach (var broker in brokers.Where(b => b.Problem is not null))
        {
            report.Item("problems", $"{broker.Broker.Address}: {broker.Problem}", new { broker.Broker.Address, broker.Problem });
        }
    }

    private static void WriteTotals(Report report, IReadOnlyList<BrokerFigures> brokers) =>
        report.Table(
            "brokers",
            brokers,
            new("#Cluster Name", "clusterName", b => b.Broker.Cluster),
            new("#Broker Name", "brokerName", b => b.Broker.Name),
            new("#InTotalYest", "inYesterday", b => b.Number("msgPutTotalTodayMorning") - b.Number("msgPutTotalYesterdayMorning")),
            new("#OutTotalYest", "outYesterday", b => b.Number("msgGetTotalTodayMorning") - b.Number("msgGetTotalYesterdayMorning")),
            new("#InTotalToday", "inToday", b => b.Number("msgPutTotalTodayNow") - b.Number("msgPutTotalTodayMorning")),
            new("#OutTotalToday", "outToday", b => b.Number("msgGetTotalTodayNow") - b.Number("msgGetTotalTodayMorning")));

    /// <summary>A rate, and for each lane the requests that wait and for how long the first has.</summary>
    private static string Load(double rate, BrokerFigures figures, params string[] lanes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{rate:0.00}({string.Join('|', lanes.Select(l => $"{figures.Text($"{l}ThreadPoolQueueSize", "N")},{figures.Text($"{l}ThreadPoolQueueHeadWaitTimeMills", "N")}ms"))})");

    private static string Timer(BrokerFigures b) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{b.Number("timerReadBehind")}-{b.Number("timerOffsetBehind")}({b.Number("timerCongestNum") / 10_000.0:0.0}w, {b.Fraction("timerEnqueueTps"):0.0}, {b.Fraction("timerDequeueTps"):0.0})");
}
