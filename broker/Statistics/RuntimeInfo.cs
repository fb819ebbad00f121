using System.Globalization;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Delaying;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting;
using RocketMQ.Store;
using RocketMQ.Store.Files;

namespace RocketMQ.Broker.Statistics;

/// <summary>
/// The broker's state as names and texts, under the keys of Apache's brokers: mqadmin and dashboards look them up without asking
/// whether they are there. Requests that Apache's brokers queue are run at once here, so their queues are always empty.
/// </summary>
/// <param name="options">The broker's settings.</param>
/// <param name="statistics">What the broker counted.</param>
/// <param name="store">The messages.</param>
/// <param name="delays">How far delay levels are delivered.</param>
/// <param name="timers">How timers stand; null without timers.</param>
/// <param name="queries">The queue of message queries.</param>
internal sealed class RuntimeInfo(
    BrokerOptions options, BrokerStatistics statistics, MessageStore store, DelayedDelivery delays, TimerFigures? timers, Lane queries)
{
    /// <summary>Apache's share of put latencies, in ms.</summary>
    private static readonly (string Name, long FromMs, long ToMs)[] PutBuckets =
    [
        ("[<=0ms]", 0, 1), ("[0~10ms]", 1, 10), ("[10~50ms]", 10, 50), ("[50~100ms]", 50, 100), ("[100~200ms]", 100, 200),
        ("[200~500ms]", 200, 500), ("[500ms~1s]", 500, 1000), ("[1~2s]", 1000, 2000), ("[2~3s]", 2000, 3000), ("[3~4s]", 3000, 4000),
        ("[4~5s]", 4000, 5000), ("[5~10s]", 5000, 10_000), ("[10s~]", 10_000, long.MaxValue / 1000),
    ];

    /// <summary>Requests that never queue: names and the capacities that Apache's brokers have.</summary>
    private static readonly (string Name, int Capacity)[] Unqueued =
    [
        ("send", 10_000), ("pull", 100_000), ("litePull", 100_000), ("ack", 100_000),
    ];

    /// <summary>Reads the disk's space: not for a loop thread.</summary>
    public Dictionary<string, string> Collect()
    {
        var info = new Dictionary<string, string>(StringComparer.Ordinal);
        AddBroker(info);
        AddCounts(info);
        AddRates(info);
        AddStore(info);
        AddDisk(info);
        AddDelays(info);
        AddTimers(info);
        AddQueues(info);
        return info;
    }

    private void AddBroker(Dictionary<string, string> info)
    {
        var running = TimeSpan.FromMilliseconds(statistics.NowMs - statistics.StartedMs);
        info["brokerActive"] = "true";
        info["brokerVersion"] = Text(MqVersion.Current);
        info["brokerVersionDesc"] = MqVersion.Description(MqVersion.Current);
        info["bootTimestamp"] = Text(statistics.StartedMs);
        info["runtime"] = string.Create(
            CultureInfo.InvariantCulture,
            $"[ {running.Days} days, {running.Hours} hours, {running.Minutes} minutes, {running.Seconds} seconds ]");
        info["startAcceptSendRequestTimeStamp"] = Text(options.StartAcceptSendRequestTimeStamp);
    }

    private void AddCounts(Dictionary<string, string> info)
    {
        var daily = statistics.Daily;
        info["msgPutTotalYesterdayMorning"] = Text(daily.PutYesterdayMorning);
        info["msgPutTotalTodayMorning"] = Text(daily.PutThisMorning);
        info["msgPutTotalTodayNow"] = Text(statistics.PutOfClients.Value);
        info["msgGetTotalYesterdayMorning"] = Text(daily.GotYesterdayMorning);
        info["msgGetTotalTodayMorning"] = Text(daily.GotThisMorning);
        info["msgGetTotalTodayNow"] = Text(statistics.GotOfClients.Value);
        info["putMessageTimesTotal"] = Text(statistics.Put.Value);
        info["putMessageFailedTimes"] = Text(statistics.PutFailed);
        info["putMessageSizeTotal"] = Text(statistics.PutBytes.Value);
        info["putMessageAverageSize"] = Text((double)statistics.PutBytes.Value / Math.Max(1, statistics.Put.Value));
    }

    private void AddRates(Dictionary<string, string> info)
    {
        var latency = statistics.PutLatency;
        info["putMessageEntireTimeMax"] = Text(latency.MaxUs / 1000);
        info["getMessageEntireTimeMax"] = Text(statistics.GetLatency.MaxUs / 1000);
        info["putMessageDistributeTime"] = string.Concat(PutBuckets.Select(bucket => string.Create(
            CultureInfo.InvariantCulture, $"{bucket.Name}:{latency.LastMinute(bucket.FromMs * 1000, bucket.ToMs * 1000)} ")));
        info["putLatency99"] = (latency.LastMinutePercentileUs(0.99) / 1000).ToString("F2", CultureInfo.InvariantCulture);
        info["putLatency999"] = (latency.LastMinutePercentileUs(0.999) / 1000).ToString("F2", CultureInfo.InvariantCulture);
        info["putTps"] = Rates(static rates => rates.Put);
        info["getFoundTps"] = Rates(static rates => rates.Found);
        info["getMissTps"] = Rates(static rates => rates.Missed);
        info["getTotalTps"] = Rates(static rates => rates.Found + rates.Missed);
        info["getTransferredTps"] = Rates(static rates => rates.Transferred);

        // As 4.x spells it; its mqadmin looks for nothing else.
        info["getTransferedTps"] = info["getTransferredTps"];
    }

    private void AddStore(Dictionary<string, string> info)
    {
        info["commitLogMinOffset"] = Text(store.MinPhysicalOffset);
        info["commitLogMaxOffset"] = Text(store.MaxPhysicalOffset);

        // An empty store keeps messages since now: tools show the hours between.
        info["earliestMessageTimeStamp"] = Text(store.EarliestStoreTimestamp() is >= 0 and var earliest ? earliest : statistics.NowMs);
        info["dispatchBehindBytes"] = Text(Math.Max(0, store.MaxPhysicalOffset - store.DispatchedOffset));
        info["dispatchMaxBuffer"] = "0";
        info["pageCacheLockTimeMills"] = "0";
        info["remainHowManyDataToFlush"] = Size(Math.Max(0, store.MaxPhysicalOffset - store.FlushedOffset));
        info["remainTransientStoreBufferNumbs"] = Text(int.MaxValue);
    }

    private void AddDisk(Dictionary<string, string> info)
    {
        var root = store.Options.StorePathRootDir;
        var figures = store.Figures();
        var ofRoot = PhysicalFileSystem.Instance.SpaceOf(Path.GetFullPath(root));
        foreach (var (path, ratio) in figures.CommitLogDisks)
        {
            info[$"commitLogDiskRatio_{path}"] = Text(ratio);
        }
        info["commitLogDiskRatio"] = Text(figures.CommitLogDiskRatio);
        info["consumeQueueDiskRatio"] = Text(figures.ConsumeQueueDiskRatio);
        info["commitLogDirCapacity"] = $"Total : {Size(ofRoot.Total)}, Free : {Size(ofRoot.Total - ofRoot.Used)}.";
    }

    private void AddDelays(Dictionary<string, string> info)
    {
        for (var level = 1; level <= delays.MaxLevel; level++)
        {
            var max = store.MaxOffset(SystemTopics.Schedule, level - 1);
            if (max > 0)
            {
                info[$"scheduleMessageOffset_{Text(level)}"] = $"{Text(delays.OffsetOf(level))},{Text(max)}";
            }
        }
    }

    private void AddTimers(Dictionary<string, string> info)
    {
        info["timerReadBehind"] = Text(timers?.ReadBehindSeconds ?? 0);
        info["timerOffsetBehind"] = Text(timers?.OffsetBehind ?? 0);
        info["timerCongestNum"] = Text(timers?.CongestNum ?? 0);
        info["timerEnqueueTps"] = Text(timers?.Enqueued.PerSecond ?? 0);
        info["timerDequeueTps"] = Text(timers?.Dequeued.PerSecond ?? 0);
    }

    private void AddQueues(Dictionary<string, string> info)
    {
        foreach (var (name, capacity) in Unqueued)
        {
            AddQueue(info, name, 0, capacity);
        }

        AddQueue(info, "query", queries.Count, queries.Capacity);
        info["EndTransactionQueueSize"] = "0";
        info["EndTransactionThreadPoolQueueCapacity"] = "100000";
    }

    private static void AddQueue(Dictionary<string, string> info, string name, int count, int capacity)
    {
        info[$"{name}ThreadPoolQueueSize"] = Text(count);
        info[$"{name}ThreadPoolQueueCapacity"] = Text(capacity);
        info[$"{name}ThreadPoolQueueHeadWaitTimeMills"] = "0";
    }

    private string Rates(Func<ThroughputRates, double> which) =>
        string.Join(' ', ((int[])[10, 60, 600]).Select(seconds => Text(which(statistics.Throughput.Over(seconds)))));

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.0###############", CultureInfo.InvariantCulture);

    /// <summary>As Apache's brokers write sizes: <c>7.3 KiB</c>.</summary>
    private static string Size(long bytes)
    {
        var unit = bytes < 1024 ? 0 : Math.Min(6, (63 - long.LeadingZeroCount(bytes)) / 10);
        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1024, unit):F1} {"KMGTPE"[(int)unit - 1]}iB");
    }
}
