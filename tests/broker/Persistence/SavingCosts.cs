using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.NameServer;
using RocketMQ.Protocol.Codes;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Broker.Tests.Persistence;

/// <summary>What saving costs, by hand: <c>dotnet test tests/broker -c Release --filter FullyQualifiedName~SavingCosts</c>.</summary>
[Explicit("Measures; proves nothing on a busy machine.")]
public class SavingCosts
{
    [TestCase(200_000)]
    public async Task One_commit_beside_many_offsets(int count)
    {
        using var folder = new TestFolder();
        await using var config = ConfigFolder.Open(folder.Path, PhysicalFileSystem.Instance, TimeProvider.System, NullLoggerFactory.Instance);
        var offsets = new ConsumerOffsets(config.Journalled("consumerOffset.json"), null, static () => new ValueTask<bool>(true), static _ => true);
        for (var i = 0; i < count; i++)
        {
            offsets.Commit($"group-{i % 1000}", $"topic-{i / 1000}", 0, i);
        }

        await Measure("all are new", () => offsets.SaveAsync());
        await Measure("file as a whole", () => config.SaveDueAsync().AsTask());
        offsets.Commit("group-7", "topic-7", 0, 1);
        await Measure("one commit", () => offsets.SaveAsync());
        await Measure("no commit", () => offsets.SaveAsync());
        TestContext.Out.WriteLine(string.Join("\n", Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(f => $"{f}: {new FileInfo(f).Length}")));
    }

    [TestCase(10_000)]
    public async Task Many_topics_made_by_sending(int count)
    {
        await using var nameServer = new NameServer.NameServer(
            new NameServerOptions { ListenPort = 0, BindAddress = "127.0.0.1" }, TimeProvider.System, NullLoggerFactory.Instance,
            new KestrelTransport(NullLoggerFactory.Instance));
        await nameServer.StartAsync();
        await using var broker = await TestBroker.StartAsync(o => o with { NamesrvAddr = $"127.0.0.1:{nameServer.LocalEndPoint.Port}" });
        var done = 0;
        await Measure($"{count} topics, 16 at a time", () => Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref done)) <= count;)
            {
                var sent = await broker.SendAsync(string.Create(CultureInfo.InvariantCulture, $"topic-{i}"), [1]);
                Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
            }
        })));
        await Measure("stop", () => broker.Server.StopAsync());
    }

    private static async Task Measure(string what, Func<Task> act)
    {
        using var process = Process.GetCurrentProcess();
        var (allocated, cpu, started) = (GC.GetTotalAllocatedBytes(true), process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await act();
        process.Refresh();
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0.0} ms, CPU {(process.TotalProcessorTime - cpu).TotalMilliseconds:0} ms, garbage {(GC.GetTotalAllocatedBytes(true) - allocated) / 1024.0:0} KiB"));
    }
}
