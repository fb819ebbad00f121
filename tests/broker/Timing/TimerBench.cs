using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.Store.Files;
using RocketMQ.Store.Timing;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Timing;

/// <summary>A store with timers on a clock that only a test moves; delivery runs when a test says so.</summary>
internal sealed class TimerBench : IAsyncDisposable
{
    public const long StartMs = 1_800_000_000_000;

    private static readonly MessageHost Host = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 10911));

    private readonly MessagePublisher _publisher;
    private readonly bool _ownsDirectory;

    private TimerBench(StoreOptions options, VirtualTimeProvider time, bool ownsDirectory)
    {
        _ownsDirectory = ownsDirectory;
        Options = options;
        Time = time;
        Store = MessageStore.Open(options, null, time);
        Store.Start();
        Timers = TimerStore.Open(Store, time);
        var config = ConfigFolder.Open(Path.Combine(options.StorePathRootDir, "config"), PhysicalFileSystem.Instance, time, NullLoggerFactory.Instance);
        Metrics = new TimerMetrics(config.File("timermetrics"), time);
        var topics = new TopicTable(new BrokerOptions(), config.Journalled("topics.json"), time, NullLogger<TopicTable>.Instance);
        _publisher = new MessagePublisher(Store, topics, [new TimerRedirect(options, Timers, time)], NoReplicas.Instance);
        Delivery = new TimerDelivery(Store, _publisher, Timers, Metrics, Host, time, NullLogger<TimerDelivery>.Instance);
    }

    public StoreOptions Options { get; }

    public VirtualTimeProvider Time { get; }

    public MessageStore Store { get; }

    public TimerStore Timers { get; }

    public TimerMetrics Metrics { get; }

    public TimerDelivery Delivery { get; }

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static TimerBench Open(Func<StoreOptions, StoreOptions>? configure = null, string? directory = null, long startMs = StartMs, bool ownsDirectory = false)
    {
        var options = new StoreOptions
        {
            StorePathRootDir = directory ?? Directory.CreateTempSubdirectory("rocketmq-timer-").FullName,
            MappedFileSizeCommitLog = 4 * 1024 * 1024,
            MappedFileSizeConsumeQueue = 20_000,
            MappedFileSizeTimerLog = 64 * 1024,
            MaxHashSlotNum = 1000,
            MaxIndexNum = 4000,

            // A store that an archive brought is as old as the archive says.
            FileReservedTime = 100 * 365 * 24,
        };
        return new TimerBench(
            configure?.Invoke(options) ?? options, new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(startMs)), ownsDirectory || directory is null);
    }

    public PublishResult Send(string topic, string body, params (string Name, string Value)[] properties)
    {
        var draft = new MessageDraft
        {
            Topic = topic,
            BornTimestamp = NowMs,
            BornHost = Host,
            StoreHost = Host,
            Body = Encoding.UTF8.GetBytes(body),
            Properties = PropertyText.ToUtf8(properties.Append(("UNIQ_KEY", body)).Select(p => KeyValuePair.Create(p.Item1, p.Item2))),
        };
        return _publisher.Publish(ref draft);
    }

    /// <summary>Sends what takes a timer back.</summary>
    public PublishResult Recall(string topic, string body, long outMs) =>
        Send(topic, "x" + body, ("TIMER_DEL_UNIQKEY", $"{topic}+{body}"), ("TIMER_DELIVER_MS", $"{outMs + 1}"));

    /// <summary>Lets time pass; delivery runs whenever it asked to, and at the end.</summary>
    public void Advance(TimeSpan by)
    {
        var end = Time.GetUtcNow() + by;
        while (true)
        {
            var wait = Delivery.RunOnce();
            var left = end - Time.GetUtcNow();
            if (left <= TimeSpan.Zero && wait != TimeSpan.Zero)
            {
                return;
            }

            Time.Advance(wait < TimeSpan.Zero || wait > left ? left : wait);
        }
    }

    /// <summary>A topic's messages, of its first eight queues.</summary>
    public List<StoredMessage> Delivered(string topic)
    {
        var messages = new List<StoredMessage>();
        for (var queue = 0; queue < 8; queue++)
        {
            var offset = 0L;
            while (true)
            {
                using var result = Store.Get(topic, queue, offset, 32);
                if (result.Status != GetStatus.FOUND)
                {
                    break;
                }

                for (var i = 0; i < result.Count; i++)
                {
                    messages.AddRange(StoredMessage.ReadAll(result[i]));
                }

                offset = result.NextBeginOffset;
            }
        }

        return messages;
    }

    public List<string> Bodies(string topic) => [.. Delivered(topic).Select(m => Encoding.UTF8.GetString(m.Body))];

    /// <summary>Leaves the files as a killed process does, and opens a copy of them.</summary>
    public TimerBench Kill() =>
        new(Options with { StorePathRootDir = KilledStore.CopyOf(Options.StorePathRootDir) }, new VirtualTimeProvider(Time.GetUtcNow()), true);

    public async ValueTask DisposeAsync()
    {
        await Delivery.DisposeAsync();
        Timers.Dispose();
        await Store.DisposeAsync();
        if (_ownsDirectory)
        {
            Directory.Delete(Options.StorePathRootDir, recursive: true);
        }
    }
}
