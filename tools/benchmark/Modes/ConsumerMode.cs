using System.CommandLine;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Consumes by push with this project's client. Latencies are from a message's birth to its listener, to the millisecond.</summary>
internal sealed class ConsumerMode : Mode
{
    private readonly LoadOptions _load = new();
    private readonly ClientFlags _client = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Listeners that run at once.", DefaultValueFactory = _ => 20 };
    private readonly Option<string> _group = new("--group", "-g") { Description = "Consumer group.", DefaultValueFactory = _ => "benchmark_consumer" };
    private readonly Option<bool> _suffix = new("--groupSuffixEnable", "-p") { Description = "Whether the group's name ends in a number of this run." };
    private readonly Option<string?> _filterType = new("--filterType", "-f") { Description = "TAG or SQL92." };
    private readonly Option<string?> _expression = new("--expression", "-e") { Description = "The filter, or a file that holds it." };
    private readonly Option<double> _failRate = new("--failRate", "-r") { Description = "Part of the messages that fails, 0 to 1." };

    public ConsumerMode()
        : base("consumer", "Consumes by push.")
    {
        _load.AddTo(Command);
        Option[] own = [_threads, _group, _suffix, _filterType, _expression, _failRate];
        Array.ForEach(own, Command.Options.Add);
        _client.AddTo(Command);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        // Makes the topic, as the producer would.
        var clientOptions = _client.Options(arguments, _load.Client(arguments));
        var target = await Target.FindAsync(clientOptions, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var options = new PushConsumerOptions
        {
            Group = arguments.GetValue(_group) + (arguments.GetValue(_suffix) ? $"_{Environment.ProcessId}" : ""),
            Subscriptions = new Dictionary<string, FilterExpression> { [target.Topic] = Filter(arguments) },
            MaxConcurrency = arguments.GetValue(_threads),
            ConsumeFrom = ConsumeFrom.FirstOffset,
            Trace = _client.Traces(arguments),
        };
        return await new Run(_load.Settings(arguments), output).MeasureAsync(
            "consumer", 1,
            (budget, tallies) => ConsumeAsync(clientOptions, options, arguments.GetValue(_failRate), budget, tallies[0]),
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task ConsumeAsync(
        ClientOptions clientOptions, PushConsumerOptions options, double failRate, Budget budget, Tally tally)
    {
        var client = new RocketMQClient(clientOptions);
        await using var _ = client.ConfigureAwait(false);
        var usedUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ended = budget.Ended.Register(() => usedUp.TrySetResult());
        var listening = new Lock();
        var consumer = await client.StartPushConsumerAsync(
            options,
            (message, _) =>
            {
                var fails = Random.Shared.NextDouble() < failRate;
                lock (listening)
                {
                    if (!budget.TryTake())
                    {
                        usedUp.TrySetResult();
                        return new(ConsumeResult.Later);
                    }

                    if (fails)
                    {
                        tally.Fail("on purpose (-r)");
                    }
                    else
                    {
                        tally.Complete(TimeProvider.System.GetUtcNow() - message.BornTime);
                    }

                    // There may be no further message to notice it by.
                    if (budget.IsUsedUp)
                    {
                        usedUp.TrySetResult();
                    }
                }

                return new(fails ? ConsumeResult.Later : ConsumeResult.Success);
            }).ConfigureAwait(false);
        await using var __ = consumer.ConfigureAwait(false);
        await usedUp.Task.ConfigureAwait(false);
    }

    private FilterExpression Filter(ParseResult arguments)
    {
        if (arguments.GetValue(_expression) is not { } expression)
        {
            return FilterExpression.All;
        }

        var text = File.Exists(expression) ? File.ReadAllText(expression).Trim() : expression;
        return string.Equals(arguments.GetValue(_filterType), "SQL92", StringComparison.OrdinalIgnoreCase)
            ? FilterExpression.Sql(text)
            : FilterExpression.Tags(text);
    }
}
