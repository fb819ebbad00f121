using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Metrics;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Store;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Broker.Tests.Persistence;

/// <summary>What a broker saves, when the disk fails, the process is killed or it is told to stop.</summary>
public class SavingTests
{
    [Test]
    public async Task A_change_that_can_not_be_saved_is_answered_so_and_is_saved_when_it_can()
    {
        var disk = new FailingDisk();
        await using var broker = await TestBroker.StartAsync(files: disk);
        await broker.CreateTopicAsync("Known");
        disk.Broken = "/changes/";

        var created = await broker.CreateTopicAsync("Orders");
        var sent = await broker.SendAsync("Payments", [1]);
        var sentToKnown = await broker.SendAsync("Known", [1]);
        var group = await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "workers" });
        var mode = await broker.CallJsonAsync(
            RequestCode.SetMessageRequestMode, null, new SetMessageRequestModeRequestBody { Topic = "Known", ConsumerGroup = "workers", Mode = MessageRequestMode.Pop });
        var user = await broker.CallJsonAsync(
            RequestCode.AuthCreateUser, new CreateUserRequestHeader { Username = "ann" }, new UserInfo { Username = "ann", Password = "x" });
        disk.Broken = null;
        await Eventually.GetAsync(
            async () => (await broker.CreateTopicAsync("Orders")).Code == ResponseCode.Success ? "" : null, "the retry");

        var copy = KilledStore.CopyOf(broker.Directory);
        await using (var next = await TestBroker.StartAsync(directory: copy))
        {
            Assert.That((await next.SendAsync("Orders", [1])).Code, Is.EqualTo(ResponseCode.Success));
            Assert.That(TestBroker.Messages(await next.PullAsync("Payments", 0, 0)), Has.Count.EqualTo(1));
        }

        Directory.Delete(copy, recursive: true);
        Assert.Multiple(() =>
        {
            foreach (var refused in new[] { created, sent, group, mode, user })
            {
                Assert.That(refused.Code, Is.EqualTo(ResponseCode.SystemError), refused.Remark);
                Assert.That(refused.Remark, Does.Contain("changes").And.Contain("No space left"));
            }

            Assert.That(sentToKnown.Code, Is.EqualTo(ResponseCode.Success), sentToKnown.Remark);
        });
    }

    [Test]
    public async Task Files_that_Apaches_broker_reads_follow_soon_though_the_broker_is_killed()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.CreateTopicAsync("Orders");
        await broker.PullAsync("Orders", 0, 0, group: "workers", commitOffset: 7);

        string? Read(string name) =>
            Path.Combine(broker.Directory, "config", name) is var path && File.Exists(path) ? File.ReadAllText(path) : null;
        await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(1),
            () => Task.FromResult(
                Read("topics.json")?.Contains("\"Orders\"", StringComparison.Ordinal) == true
                && Read("subscriptionGroup.json")?.Contains("\"workers\"", StringComparison.Ordinal) == true
                && Read("consumerOffset.json")?.Contains("\"Orders@workers\"", StringComparison.Ordinal) == true ? "" : null),
            "Apache's files");
    }

    [Test]
    public async Task An_offset_is_known_a_second_after_it_was_committed()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendAsync("Orders", [1]);
        await broker.PullAsync("Orders", 0, 0, group: "workers", commitOffset: 1);
        clock.Advance(TimeSpan.FromSeconds(1));

        var changes = Path.Combine(broker.Directory, "config", "changes");
        await Eventually.BecomesAsync(
            () => Directory.EnumerateFiles(changes).Any(f => Read(f).Contains("Orders@workers", StringComparison.Ordinal)), "the change");

        static string Read(string path)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new StreamReader(file).ReadToEnd();
        }
    }

    [Test]
    public async Task What_was_delivered_of_delays_is_saved_though_nothing_is_delivered_after_it()
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.SendAsync("Orders", [1], properties: [KeyValuePair.Create("DELAY", "1")]);
        await Eventually.GetAsync(
            clock, TimeSpan.FromMilliseconds(200), async () => TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Count == 1 ? "" : null, "the delivery");
        await Eventually.GetAsync(
            clock, TimeSpan.FromMilliseconds(500),
            () => Task.FromResult(KilledText(broker.Directory).Contains("delayOffset.json", StringComparison.Ordinal) ? "" : null), "the change");

        var copy = KilledStore.CopyOf(broker.Directory);
        await using (var next = await TestBroker.StartAsync(directory: copy, time: clock))
        {
            for (var i = 0; i < 10; i++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(20);
            }

            Assert.That(TestBroker.Messages(await next.PullAsync("Orders", 0, 0)), Has.Count.EqualTo(1));
        }

        Directory.Delete(copy, recursive: true);

        static string KilledText(string directory) => string.Concat(Directory.EnumerateFiles(Path.Combine(directory, "config", "changes")).Select(path =>
        {
            // The last record of a table that was registered is no change: only with a key of one digit it is.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var text = new StreamReader(file, System.Text.Encoding.Latin1).ReadToEnd();
            return text.Contains("delayOffset.json\u0001\u00001", StringComparison.Ordinal) ? text : "";
        }));
    }

    [Test]
    public async Task One_save_that_fails_at_stop_is_named_and_costs_nothing_else()
    {
        var disk = new FailingDisk();
        var broker = await TestBroker.StartAsync(files: disk);
        await broker.SendAsync("Orders", [1]);
        await broker.CreateTopicAsync("Later");
        disk.Broken = "/config/";

        var failed = await broker.Server.StopAsync();
        var isAborted = File.Exists(Path.Combine(broker.Directory, "abort"));
        await using var next = await TestBroker.StartAsync(directory: broker.Directory);

        Assert.That(failed, Has.Some.Contains("saving of topics"));
        Assert.That(isAborted, Is.False, "the store itself is on the disk");
        Assert.That((await next.SendAsync("Later", [1])).Code, Is.EqualTo(ResponseCode.Success));
        await next.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Test]
    public async Task All_steps_of_a_stop_are_taken_though_some_fail_or_hang()
    {
        var clock = new VirtualTimeProvider();
        var plan = new BrokerPlan(clock, NullLogger.Instance);
        var taken = new List<string>();
        plan.Hold(new BrokerPart("store", () =>
        {
            taken.Add("store");
            return default;
        }));
        plan.Hold(new BrokerPart("hung", () => new ValueTask(Task.Delay(Timeout.Infinite))));
        plan.Hold(new BrokerPart("broken", () => throw new IOException("full")));
        plan.Hold(new BrokerPart("clients", () =>
        {
            taken.Add("clients");
            return default;
        }));

        var stopping = plan.StopAsync();
        var failed = await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(1), () => Task.FromResult(stopping.IsCompleted ? stopping.Result : null), "the end of the stop");

        Assert.That(taken, Is.EqualTo(new[] { "clients", "store" }));
        Assert.That(failed, Is.EqualTo(new[] { "broken", "hung" }));
    }

    [Test]
    public async Task A_stop_during_the_start_waits_three_seconds_for_a_name_server_that_hangs()
    {
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        using var folder = new TestFolder();
        using var stop = new CancellationTokenSource();
        var options = new BrokerOptions
        {
            ListenPort = 0, BindAddress = "127.0.0.1", HealthEnable = false, MetricsExporterType = MetricsExporterType.Disable,
            NamesrvAddr = $"127.0.0.1:{((IPEndPoint)hung.LocalEndpoint).Port}",
        };
        var broker = new BrokerServer(
            options, new StoreOptions { StorePathRootDir = folder.Path, MappedFileSizeCommitLog = 1024 * 1024 },
            new BrokerSurroundings { Transport = new KestrelTransport(NullLoggerFactory.Instance) });
        var starting = broker.StartAsync(stop.Token);
        using var asked = await hung.AcceptTcpClientAsync();

        var started = Environment.TickCount64;
        await stop.CancelAsync();
        Assert.That(async () => await starting, Throws.InstanceOf<OperationCanceledException>());
        var failed = await broker.StopAsync();

        Assert.That(Environment.TickCount64 - started, Is.LessThan(8_000));
        Assert.That(failed, Is.Empty);
        Assert.That(File.Exists(folder.File("abort")), Is.False);
    }

    [Test]
    public void A_topic_that_is_deleted_and_made_again_is_not_charged_for_what_waited_before()
    {
        var counts = new TopicCounts(TimeProvider.System, null, null);
        counts.Add("Orders", 1);
        counts.Add("Orders", 1);
        counts.Remove("Orders");
        counts.Add("Orders", 1);
        counts.Add("Orders", -1);
        counts.Add("Orders", -1);

        Assert.That(counts.Snapshot().Counts["Orders"].Count, Is.EqualTo(1));
    }

    [Test]
    public void Counts_are_never_shown_negative()
    {
        var counts = new TopicCounts(TimeProvider.System, new Dictionary<string, TimerMetric> { ["Orders"] = new() { Count = -3 } }, null);

        Assert.That(counts.AddUpTo(-3), Is.False);
        Assert.That(counts.Snapshot().Counts["Orders"].Count, Is.Zero);
    }
}
