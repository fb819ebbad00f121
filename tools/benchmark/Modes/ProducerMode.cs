using System.CommandLine;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;

namespace RocketMQ.Benchmark.Modes;

/// <summary>
/// Sends, as 64 threads of a synchronous Java client would by default, or pipelined with <c>--in-flight</c>. Over one connection to the
/// topic's first broker.
/// </summary>
internal sealed class ProducerMode : Mode
{
    private readonly LoadOptions _load = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Threads that send and wait.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _inFlight = new("--in-flight") { Description = "Sends kept unanswered by one thread, instead of -w threads." };
    private readonly Option<bool> _async = new("--asyncEnable", "-y") { Description = "As --in-flight with the number of -w." };
    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body.", DefaultValueFactory = _ => 128 };
    private readonly Option<bool> _key = new("--keyEnable", "-k") { Description = "Whether messages have a key." };
    private readonly Option<int> _properties = new("--propertySize", "-p") { Description = "Bytes of a further property." };
    private readonly Option<int> _tags = new("--tagCount", "-l") { Description = "Tags that messages take in turn." };
    private readonly Option<bool> _delay = new("--delayEnable", "-d") { Description = "Whether messages are delayed." };
    private readonly Option<int> _delayLevel = new("--delayLevel", "-e") { Description = "Level of the delay.", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _compress = new("--compressEnable", "-c") { Description = "Whether large bodies are compressed." };
    private readonly Option<int> _compressLevel = new("--compressLevel", "-cl") { Description = "Level of the compression.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _compressFrom = new("--compressOverHowMuch", "-ch")
    {
        Description = "Bytes from which bodies are compressed.", DefaultValueFactory = _ => 4096,
    };

    private readonly Option<int> _topics = new("--topics")
    {
        Description = "Topics that messages go to in turn: the topic itself, and further ones with a number behind its name.", DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _idle = new("--idle-connections") { Description = "Further connections, open and silent during the run." };

    public ProducerMode()
        : base("producer", "Sends messages: as threads that each wait for their answer, or pipelined.")
    {
        _load.AddTo(Command);
        Option[] own = [_threads, _inFlight, _async, _size, _key, _properties, _tags, _delay, _delayLevel, _compress, _compressLevel, _compressFrom, _topics, _idle];
        Array.ForEach(own, Command.Options.Add);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var target = await Target.FindAsync(_load.NameServers(arguments), _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var shape = Shape(arguments);
        var frames = Enumerable.Range(0, arguments.GetValue(_topics))
            .SelectMany(i => Frames(i == 0 ? target : target with { Topic = $"{target.Topic}{i}" }, shape)).ToArray();
        using var idle = new IdleConnections(target.Address, arguments.GetValue(_idle));
        var threads = arguments.GetValue(_threads);
        var inFlight = arguments.GetValue(_async) ? threads : arguments.GetValue(_inFlight);
        var run = new Run(_load.Settings(arguments), output);
        if (inFlight > 0)
        {
            return await run.MeasureAsync(
                "producer", 1, (budget, tallies) => PipelineAsync(target, frames, inFlight, budget, tallies[0]), cancellationToken).ConfigureAwait(false);
        }

        return await run.MeasureAsync(
            "producer", threads, (budget, tallies) => new SynchronousSenders(target, frames, threads).RunAsync(budget, tallies), cancellationToken)
            .ConfigureAwait(false);
    }

    public static Task PipelineAsync(Target target, IReadOnlyList<SendFrame> frames, int inFlight, Budget budget, Tally tally) =>
        Task.Factory.StartNew(
            () => new PipelinedSender(target, frames, inFlight).Run(budget, tally),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A frame for each pair of queue and tag.</summary>
    public static SendFrame[] Frames(Target target, MessageShape shape) =>
        [.. Enumerable.Range(0, target.WriteQueues * Math.Max(1, shape.TagCount))
            .Select(i => new SendFrame(target, shape, i % target.WriteQueues, i / target.WriteQueues))];

    private MessageShape Shape(ParseResult arguments) => new()
    {
        Size = arguments.GetValue(_size),
        HasKey = arguments.GetValue(_key),
        PropertySize = arguments.GetValue(_properties),
        TagCount = arguments.GetValue(_tags),
        DelayLevel = arguments.GetValue(_delay) ? arguments.GetValue(_delayLevel) : 0,
        CompressFrom = arguments.GetValue(_compress) ? arguments.GetValue(_compressFrom) : 0,
        CompressionLevel = arguments.GetValue(_compressLevel),
    };
}
