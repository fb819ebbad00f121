using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.ApacheStores;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Timing;

/// <summary>Carries on with the timers that a real broker left waiting.</summary>
public class TimerGoldenTests
{
    private const long RestartedAtMs = 1795251155414;

    [Test]
    public async Task What_apache_delivers_after_its_restart_is_delivered_here_at_the_same_slots()
    {
        await using var bench = Unpack(RestartedAtMs, out var expected);
        var end = bench.Store.MaxPhysicalOffset;

        bench.Advance(TimeSpan.FromMilliseconds((long)expected["restart"]!["lastRecordAt"]! - RestartedAtMs));

        var recorded = expected["restart"]!["reviveRecordsAppended"]!.Select(r => ((string)r["uniqKey"]!, (int)r["queueId"]!))
            .Concat(expected["restart"]!["timersAndDelaysDelivered"]!.Where(r => r["TIMER_OUT_MS"]!.Type != JTokenType.Null)
                .Select(r => (KeyOf(expected, (string)r["keys"]!), (int)r["queueId"]!)));
        var delivered = Since(bench, end);
        Assert.That(delivered.Select(m => (m.UniqueKey!, m.QueueId)), Is.EquivalentTo(recorded));
        foreach (var message in delivered)
        {
            var outMs = long.Parse(message.Properties["TIMER_OUT_MS"]);
            Assert.That(message.StoreTimestamp, Is.InRange(outMs + 1000, Math.Max(RestartedAtMs, outMs + 1001)));
            Assert.That(message.Properties["TIMER_DEQUEUE_MS"], Is.EqualTo($"{message.StoreTimestamp}"));
        }
    }

    [Test]
    public async Task Over_three_days_every_timer_that_was_not_recalled_comes_once_and_no_other()
    {
        await using var bench = Unpack(RestartedAtMs, out var expected);
        var end = bench.Store.MaxPhysicalOffset;
        var messages = expected["walk"]!["messages"]!;
        var waiting = messages
            .Where(m => (string)m["topic"]! == "rmq_sys_wheel_timer" && m["properties"]!["TIMER_DEL_UNIQKEY"] is null
                && long.Parse((string)m["properties"]!["TIMER_OUT_MS"]!) >= 1795251143000)
            .ToDictionary(m => (string)m["properties"]!["UNIQ_KEY"]!, m => long.Parse((string)m["properties"]!["TIMER_OUT_MS"]!));
        var recalled = messages.Where(m => m["properties"]!["TIMER_DEL_UNIQKEY"] is not null).Select(m => (string)m["properties"]!["UNIQ_KEY"]!).ToHashSet();

        bench.Advance(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));

        var delivered = Since(bench, end);
        Assert.That(delivered.Select(m => m.UniqueKey), Is.EquivalentTo(waiting.Keys.Where(key => !recalled.Contains(key))));
        Assert.That(delivered, Has.Count.GreaterThan(60));
        foreach (var message in delivered)
        {
            var dueMs = Math.Max(RestartedAtMs, waiting[message.UniqueKey!] + 1000);
            Assert.That(message.StoreTimestamp, Is.InRange(dueMs, dueMs + 1000), message.UniqueKey);
        }

        Assert.That(bench.Timers.Pending, Is.Zero);
    }

    [Test]
    public async Task The_counts_by_topic_go_on_from_apaches()
    {
        await using var bench = Unpack(RestartedAtMs, out _);
        Assert.That(bench.Metrics.Snapshot().TimingCount["GoldenTimer"].Count, Is.EqualTo(49));

        bench.Advance(TimeSpan.FromDays(3) + TimeSpan.FromMinutes(1));

        Assert.That(bench.Metrics.Snapshot().TimingCount["GoldenTimer"].Count, Is.Zero);
    }

    /// <summary>Records delivered behind an offset of the log: all but those that went on to the next stage.</summary>
    private static List<StoredMessage> Since(TimerBench bench, long offset)
    {
        var messages = new List<StoredMessage>();
        while (offset < bench.Store.MaxPhysicalOffset)
        {
            using var lease = bench.Store.Read(offset);
            if (!lease.IsValid || MessageRecord.TryRead(lease.Bytes, out var record) != RecordReadStatus.Ok)
            {
                // The blank at a file's end.
                offset = (offset / (1024 * 1024) + 1) * 1024 * 1024;
                continue;
            }

            offset += record.Size;
            if (record.TopicString != "rmq_sys_wheel_timer")
            {
                messages.Add(StoredMessage.From(record));
            }
        }

        return messages;
    }

    private static string KeyOf(JObject expected, string keys) =>
        (string)expected["walk"]!["messages"]!.First(m => (string?)m["keys"] == keys)["uniqKey"]!;

    private static TimerBench Unpack(long startMs, out JObject expected)
    {
        var directory = GoldenStore.Unpack("store-pop-timer").Path;
        expected = ApacheStore.Expected("expected53.json");
        return TimerBench.Open(
            o => o with { MappedFileSizeCommitLog = 1024 * 1024, MappedFileSizeConsumeQueue = 4_000, MapperFileSizeBatchConsumeQueue = 4_600 },
            directory, startMs, ownsDirectory: true);
    }
}
