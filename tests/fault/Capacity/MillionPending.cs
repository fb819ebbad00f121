using System.Diagnostics;
using System.Globalization;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests.Capacity;

/// <summary>A broker that a million timers and a million delayed messages wait in costs no more than an empty one.</summary>
[Explicit("Sends two million messages: minutes, and 2 GB of disk. See README.md.")]
[Platform("Linux")]
public class MillionPending
{
    private const string Topic = "pending";
    private const int Queues = 4;
    private const int Senders = 128;
    private const int LastLevel = 18;
    private const double MaxGrowthMiB = 32;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    [Test]
    [CancelAfter(30 * 60_000)]
    public async Task A_broker_with_two_million_pending_messages_idles_as_an_empty_one(CancellationToken cancellationToken)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("FAULT_PENDING") ?? "1000000", CultureInfo.InvariantCulture);
        await using var host = await StandaloneHost.StartNewAsync();
        await using (var broker = new BrokerClient(host.Broker))
        {
            await broker.CreateTopicAsync(Topic, Queues);
        }

        // Everything has run once: code is compiled, buffers are there.
        await LoadAsync(host, "first timers", 2_000, Timer, cancellationToken);
        await LoadAsync(host, "first levels", 2_000, Level, cancellationToken);
        var empty = await MeasureAsync(host, "before");
        await LoadAsync(host, "timers", count, Timer, cancellationToken);
        await LoadAsync(host, "levels", count, Level, cancellationToken);
        var full = await MeasureAsync(host, "with all pending");
        await host.StopAsync();
        var clock = Stopwatch.StartNew();
        await host.StartAsync();
        Write($"started again in {clock.ElapsedMilliseconds} ms");
        var again = await MeasureAsync(host, "started again");

        Assert.Multiple(() =>
        {
            Assert.That(full.HeapMiB, Is.LessThan(empty.HeapMiB + MaxGrowthMiB), "managed heap");
            Assert.That(full.AnonymousMiB, Is.LessThan(empty.AnonymousMiB + 2 * MaxGrowthMiB), "memory of its own");
            Assert.That(again.HeapMiB, Is.LessThan(empty.HeapMiB + MaxGrowthMiB), "managed heap after a start");
            Assert.That(full.CpuPercent, Is.LessThan(5), "of one processor, idle");
        });
    }

    /// <summary>Due between two hours and a day from now.</summary>
    private static KeyValuePair<string, string> Timer(int number) =>
        new(PropertyNames.TimerDelaySeconds, (7_200 + number % 79_200).ToString(CultureInfo.InvariantCulture));

    private static KeyValuePair<string, string> Level(int number) => new(PropertyNames.DelayLevel, (LastLevel - number % 2).ToString(CultureInfo.InvariantCulture));

    private static async Task LoadAsync(
        StandaloneHost host, string what, int count, Func<int, KeyValuePair<string, string>> delay, CancellationToken cancellationToken)
    {
        await using var broker = new BrokerClient(host.Broker);
        var clock = Stopwatch.StartNew();
        var last = -1;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(
            async () =>
            {
                for (var number = Interlocked.Increment(ref last); number < count; number = Interlocked.Increment(ref last))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await broker.SendAsync(Topic, number % Queues, new byte[100], PropertyText.ToUtf8([new(PropertyNames.UniqueKey, $"{what}-{number}"), delay(number)]));
                }
            },
            cancellationToken)));
        Write($"{count} {what} sent in {clock.Elapsed.TotalSeconds:0.0} s");
        while (what.EndsWith("timers", StringComparison.Ordinal) && await broker.TimersTakenAsync() < count)
        {
            await Task.Delay(200, cancellationToken);
        }
    }

    private static async Task<(double AnonymousMiB, double HeapMiB, double CpuPercent)> MeasureAsync(StandaloneHost host, string when)
    {
        // What was sent is flushed and given its place meanwhile.
        await Task.Delay(TimeSpan.FromSeconds(10));
        var before = ProcessFigures.Of(host.ProcessId);
        await Task.Delay(Idle);
        var after = ProcessFigures.Of(host.ProcessId);
        var heapMiB = await ManagedHeap.CollectAsync(host.ProcessId);
        var cpuPercent = (after.Cpu - before.Cpu) / Idle * 100;
        Write($"{when}: {after.AnonymousMiB:0.0} MiB of its own, {after.FileMiB:0} MiB of mapped files, {heapMiB:0.0} MiB of managed heap, {cpuPercent:0.00} % of one processor while idle");
        return (after.AnonymousMiB, heapMiB, cpuPercent);
    }

    private static void Write(string line) => TestContext.Progress.WriteLine(line);
}
