using System.CommandLine;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Pulls what a topic holds, one request at a time. Latencies are those of a pull.</summary>
internal sealed class DrainMode : Mode
{
    private const int FillInFlight = 64;

    private readonly LoadOptions _load = new();
    private readonly Option<string> _group = new("--group", "-g") { Description = "Consumer group.", DefaultValueFactory = _ => "benchmark_consumer" };
    private readonly Option<int> _batch = new("--batchSize", "-b") { Description = "Messages asked for at once.", DefaultValueFactory = _ => 32 };
    private readonly Option<long> _fill = new("--fill") { Description = "Messages that are sent to the topic first." };
    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body that --fill sends.", DefaultValueFactory = _ => 128 };

    public DrainMode()
        : base("drain", "Pulls a topic's messages from the beginning, again and again, one request at a time.")
    {
        _load.AddTo(Command);
        Option[] own = [_group, _batch, _fill, _size];
        Array.ForEach(own, Command.Options.Add);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var target = await Target.FindAsync(_load.Client(arguments), _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        if (arguments.GetValue(_fill) is > 0 and var fill)
        {
            using var budget = new Budget(fill, TimeSpan.Zero, cancellationToken);
            var frames = ProducerMode.Frames(target, new MessageShape { Size = arguments.GetValue(_size) });
            await ProducerMode.PipelineAsync(target, frames, FillInFlight, budget, new Tally()).ConfigureAwait(false);
        }

        var drain = new QueueDrain(target, arguments.GetValue(_group)!, arguments.GetValue(_batch));
        return await new Run(_load.Settings(arguments), output).MeasureAsync(
            "drain", 1,
            (budget, tallies) => Task.Factory.StartNew(
                () => drain.Run(budget, tallies[0]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
            cancellationToken).ConfigureAwait(false);
    }
}
