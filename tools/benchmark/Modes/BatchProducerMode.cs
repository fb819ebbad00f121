using System.CommandLine;
using System.Diagnostics;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Sends batches with this project's client. Latencies are those of a batch.</summary>
internal sealed class BatchProducerMode : Mode
{
    private readonly LoadOptions _load = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Batches on their way at once.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body.", DefaultValueFactory = _ => 128 };
    private readonly Option<int> _batch = new("--batchSize", "-b") { Description = "Messages in a batch.", DefaultValueFactory = _ => 16 };
    private readonly Option<bool> _key = new("--keyEnable", "-k") { Description = "Whether messages have a key." };
    private readonly Option<int> _properties = new("--propertySize", "-p") { Description = "Bytes of a further property." };
    private readonly Option<int> _tags = new("--tagCount", "-l") { Description = "Tags that messages take in turn." };

    public BatchProducerMode()
        : base("batchproducer", "Sends batches.")
    {
        _load.AddTo(Command);
        Option[] own = [_threads, _size, _batch, _key, _properties, _tags];
        Array.ForEach(own, Command.Options.Add);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var nameServers = _load.NameServers(arguments);
        var target = await Target.FindAsync(nameServers, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var client = new RocketMQClient(new ClientOptions { NameServers = nameServers, InstanceName = $"benchmark-{Environment.ProcessId}" });
        await using var _ = client.ConfigureAwait(false);
        var producer = client.CreateProducer(new ProducerOptions { Group = "benchmark_batch_producer" });
        await using var __ = producer.ConfigureAwait(false);
        var threads = arguments.GetValue(_threads);
        var batch = Batch(target.Topic, arguments);
        return await new Run(_load.Settings(arguments), output).MeasureAsync(
            "batchproducer", threads,
            (budget, tallies) => Task.WhenAll(tallies.Select(tally => SendAsync(producer, batch, budget, tally))), cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task SendAsync(Producer producer, Message[] batch, Budget budget, Tally tally)
    {
        while (budget.TryTake(batch.Length))
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await producer.SendBatchAsync(batch).ConfigureAwait(false);
                tally.Complete(Stopwatch.GetElapsedTime(started), batch.Length);
            }
            catch (RocketMQException e)
            {
                tally.Fail(e.Message, batch.Length);
            }
        }
    }

    private Message[] Batch(string topic, ParseResult arguments)
    {
        var body = new MessageShape { Size = arguments.GetValue(_size) }.Body();
        var properties = arguments.GetValue(_properties) is > 0 and var length
            ? new Dictionary<string, string> { ["a"] = new('a', length) }
            : [];
        var tags = arguments.GetValue(_tags);
        return [.. Enumerable.Range(0, arguments.GetValue(_batch)).Select(i => new Message(topic, body)
        {
            Keys = arguments.GetValue(_key) ? [$"key{i}"] : [],
            Tag = tags > 0 ? $"tag{i % tags}" : null,
            Properties = properties,
        })];
    }
}
