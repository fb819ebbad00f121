using System.CommandLine;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Sends batches with this project's client. Latencies are those of a batch.</summary>
internal sealed class BatchProducerMode : Mode
{
    private readonly LoadOptions _load = new();
    private readonly MessageFlags _messages = new();
    private readonly ClientFlags _client = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Batches on their way at once.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _batch = new("--batchSize", "-b") { Description = "Messages in a batch.", DefaultValueFactory = _ => 16 };

    public BatchProducerMode()
        : base("batchproducer", "Sends batches.")
    {
        _load.AddTo(Command);
        Command.Options.Add(_threads);
        Command.Options.Add(_batch);
        _messages.AddTo(Command);
        _client.AddTo(Command);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var options = _client.Options(arguments, _load.Client(arguments));
        var target = await Target.FindAsync(options, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var client = new RocketMQClient(options);
        await using var _ = client.ConfigureAwait(false);
        var shape = _messages.Shape(arguments);
        var producer = client.CreateProducer(shape.Producer("benchmark_batch_producer", _client.Traces(arguments)));
        await using var __ = producer.ConfigureAwait(false);
        Message[] batch = [.. Enumerable.Range(0, arguments.GetValue(_batch)).Select(i => shape.Message(target.Topic, i))];
        return await new Run(_load.Settings(arguments), output).MeasureAsync(
            "batchproducer", arguments.GetValue(_threads),
            (budget, tallies) => ClientSenders.RunAsync(() => producer.SendBatchAsync(batch), batch.Length, budget, tallies), cancellationToken)
            .ConfigureAwait(false);
    }
}
