using System.CommandLine;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>
/// Sends, as 64 threads of a synchronous Java client would by default, or pipelined with <c>--in-flight</c>. Over one connection to the
/// topic's first broker; signed or traced, with this project's client.
/// </summary>
internal sealed class ProducerMode : Mode
{
    private readonly LoadOptions _load = new();
    private readonly MessageFlags _messages = new();
    private readonly ClientFlags _client = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Threads that send and wait.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _inFlight = new("--in-flight") { Description = "Sends kept unanswered by one thread, instead of -w threads." };
    private readonly Option<bool> _async = new("--asyncEnable", "-y") { Description = "As --in-flight with the number of -w." };
    private readonly Option<bool> _delay = new("--delayEnable", "-d") { Description = "Whether messages are delayed." };
    private readonly Option<int> _delayLevel = new("--delayLevel", "-e") { Description = "Level of the delay.", DefaultValueFactory = _ => 1 };

    private readonly Option<int> _topics = new("--topics")
    {
        Description = "Topics that messages go to in turn: the topic itself, and further ones with a number behind its name.", DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _idle = new("--idle-connections") { Description = "Further connections, open and silent during the run." };

    public ProducerMode()
        : base("producer", "Sends messages: as threads that each wait for their answer, or pipelined.")
    {
        _load.AddTo(Command);
        Option[] own = [_threads, _inFlight, _async, _delay, _delayLevel, _topics, _idle];
        Array.ForEach(own, Command.Options.Add);
        _messages.AddTo(Command);
        _client.AddTo(Command);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var options = _client.Options(arguments, _load.Client(arguments));
        var target = await Target.FindAsync(options, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var shape = _messages.Shape(arguments) with { DelayLevel = arguments.GetValue(_delay) ? arguments.GetValue(_delayLevel) : 0 };
        string[] topics = [.. Enumerable.Range(0, arguments.GetValue(_topics)).Select(i => i == 0 ? target.Topic : $"{target.Topic}{i}")];
        using var idle = new IdleConnections(target.Address, arguments.GetValue(_idle));
        var threads = arguments.GetValue(_threads);
        var inFlight = arguments.GetValue(_async) ? threads : arguments.GetValue(_inFlight);
        var run = new Run(_load.Settings(arguments), output);
        if (_client.Signs(arguments) || _client.Traces(arguments))
        {
            return await run.MeasureAsync(
                "producer", inFlight > 0 ? inFlight : threads,
                (budget, tallies) => SendByClientAsync(options, shape, topics, _client.Traces(arguments), budget, tallies), cancellationToken)
                .ConfigureAwait(false);
        }

        SendFrame[] frames = [.. topics.SelectMany(topic => Frames(target with { Topic = topic }, shape))];
        return await run.MeasureAsync(
            "producer", inFlight > 0 ? 1 : threads,
            (budget, tallies) => inFlight > 0
                ? PipelineAsync(target, frames, inFlight, budget, tallies[0])
                : new SynchronousSenders(target, frames, threads).RunAsync(budget, tallies),
            cancellationToken).ConfigureAwait(false);
    }

    public static Task PipelineAsync(Target target, IReadOnlyList<SendFrame> frames, int inFlight, Budget budget, Tally tally) =>
        Task.Factory.StartNew(
            () => new PipelinedSender(target, frames, inFlight).Run(budget, tally),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A frame for each pair of queue and tag.</summary>
    public static SendFrame[] Frames(Target target, MessageShape shape) =>
        [.. Enumerable.Range(0, target.WriteQueues * Math.Max(1, shape.TagCount))
            .Select(i => new SendFrame(target, shape, i % target.WriteQueues, i / target.WriteQueues))];

    /// <summary>Signatures and traces are made for each message, which ready frames can't be.</summary>
    private static async Task SendByClientAsync(
        ClientOptions options, MessageShape shape, string[] topics, bool trace, Budget budget, IReadOnlyList<Tally> tallies)
    {
        var client = new RocketMQClient(options);
        await using var _ = client.ConfigureAwait(false);
        var producer = client.CreateProducer(shape.Producer("benchmark_producer", trace));
        await using var __ = producer.ConfigureAwait(false);
        Message[] messages =
            [.. topics.SelectMany(_ => Enumerable.Range(0, Math.Max(1, shape.TagCount)), (topic, number) => shape.Message(topic, number))];
        var next = -1;
        await ClientSenders.RunAsync(
            () => producer.SendAsync(messages[(uint)Interlocked.Increment(ref next) % messages.Length]), 1, budget, tallies).ConfigureAwait(false);
    }
}
