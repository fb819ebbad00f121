using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Appends to and reads from a store in this process, beside the machine's own limits in the same run.</summary>
internal sealed class StoreMode : Mode
{
    private const string Topic = "BenchmarkTest";
    private const int ReadBatch = 32;

    private static readonly MessageHost Host = MessageHost.From(new IPEndPoint(IPAddress.Loopback, 10911));

    private readonly Option<int[]> _sizes = new("--messageSize", "-s")
    {
        Description = "Bytes of a body; several may be given.", DefaultValueFactory = _ => [128, 1024, 4096], AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<long> _bytes = new("--bytes") { Description = "Bytes of records of a round.", DefaultValueFactory = _ => 256L * 1024 * 1024 };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Rounds of each size; medians are reported.", DefaultValueFactory = _ => 5 };
    private readonly Option<string?> _folder = new("--dir") { Description = "Folder for the files, on the disk to be measured; they are removed." };

    public StoreMode()
        : base("store", "Appends and reads in process, as a part of what the machine can do.")
    {
        Option[] own = [_sizes, _bytes, _rounds, _folder];
        Array.ForEach(own, Command.Options.Add);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var parent = arguments.GetValue(_folder) ?? Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"rocketmq-benchmark-{Environment.ProcessId}")).FullName;
        var figures = new Dictionary<string, double>();
        try
        {
            var flush = StoreLimits.FlushTimes(Path.Combine(folder, "flush"));
            figures["fsyncMs.p50"] = flush.P50;
            figures["fsyncMs.p99"] = flush.P99;
            foreach (var size in arguments.GetValue(_sizes)!)
            {
                var rounds = new List<Round>();
                for (var i = 0; i < arguments.GetValue(_rounds); i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var round = await RoundAsync(folder, size, arguments.GetValue(_bytes)).ConfigureAwait(false);
                    rounds.Add(round);
                    await output.WriteLineAsync(round.Describe(size)).ConfigureAwait(false);
                }

                Add(figures, $"{size}B", rounds);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return new Report { Mode = "store", Figures = figures };
    }

    /// <summary>Rates in records of one size per second.</summary>
    private sealed record Round(double Copy, double MappedWrite, double Append, double Read, double BytesAllocatedPerAppend)
    {
        public double PercentOfMappedWrite => Append * 100 / MappedWrite;

        public string Describe(int size) => string.Create(
            CultureInfo.InvariantCulture,
            $"{size,5} B: memcpy {Copy:0}/s, mapped write {MappedWrite:0}/s, append {Append:0}/s = {PercentOfMappedWrite:0.0} % of it, read {Read:0}/s");
    }

    private static void Add(Dictionary<string, double> figures, string size, List<Round> rounds)
    {
        double Median(Func<Round, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
        figures[$"memcpyPerSecond.{size}"] = Median(r => r.Copy);
        figures[$"mappedWritesPerSecond.{size}"] = Median(r => r.MappedWrite);
        figures[$"appendsPerSecond.{size}"] = Median(r => r.Append);
        figures[$"appendPercentOfMappedWrite.{size}"] = Median(r => r.PercentOfMappedWrite);
        figures[$"readsPerSecond.{size}"] = Median(r => r.Read);
        figures[$"bytesAllocatedPerAppend.{size}"] = Median(r => r.BytesAllocatedPerAppend);
    }

    private static async Task<Round> RoundAsync(string folder, int size, long bytes)
    {
        var body = new MessageShape { Size = size }.Body();
        var properties = new MessageShape().Properties("0123456789ABCDEF0123456789ABCDEF", 0);
        var recordSize = MessageLayout.RecordSize(0, size, Topic.Length, properties.Length);
        var count = bytes / recordSize;
        var copies = StoreLimits.CopyRate(recordSize, bytes) / recordSize;
        var root = Path.Combine(folder, "store");
        var options = new StoreOptions { StorePathRootDir = root, MessageIndexEnable = false };
        var store = MessageStore.Open(options);
        await using (store.ConfigureAwait(false))
        {
            store.Start();
            Append(store, body, properties, 1000);

            // The limit and the store in turns: what else the machine does meets both.
            var writes = StoreLimits.MappedWriteRate(Path.Combine(folder, "pages"), recordSize, count);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var appends = Append(store, body, properties, count);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            var reads = Read(store, count);
            await store.StopAsync().ConfigureAwait(false);
            Directory.Delete(root, recursive: true);
            return new Round(copies, writes, appends, reads, Math.Round((double)allocated / count, 1));
        }
    }

    private static double Append(MessageStore store, byte[] body, byte[] properties, long count)
    {
        var draft = new MessageDraft
        {
            Topic = Topic, QueueId = 0, BornTimestamp = 1_700_000_000_000, BornHost = Host, StoreHost = Host, Body = body, Properties = properties,
        };
        var started = Stopwatch.GetTimestamp();
        for (long i = 0; i < count; i++)
        {
            if (store.Append(draft) is { IsOk: false } refused)
            {
                throw new BenchmarkException($"The store takes no more: {refused.Status}");
            }
        }

        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Read(MessageStore store, long count)
    {
        var started = Stopwatch.GetTimestamp();
        long sum = 0;
        for (long offset = 0; offset < count;)
        {
            using var result = store.Get(Topic, 0, offset, ReadBatch);
            if (result.Count == 0)
            {
                throw new BenchmarkException($"The store gives nothing at offset {offset}: {result.Status}");
            }

            sum += result.TotalBytes;
            offset = result.NextBeginOffset;
        }

        return sum > 0 ? count / Stopwatch.GetElapsedTime(started).TotalSeconds : 0;
    }
}
