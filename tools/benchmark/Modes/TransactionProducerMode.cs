using System.CommandLine;
using System.Diagnostics;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Sends in transactions with this project's client. Latencies are those of a whole transaction: half message, end.</summary>
internal sealed class TransactionProducerMode : Mode
{
    private readonly LoadOptions _load = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Transactions at once.", DefaultValueFactory = _ => 32 };
    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body.", DefaultValueFactory = _ => 2048 };
    private readonly Option<double> _sendRollback = new("--sendRollbackRate", "-sr") { Description = "Part that is rolled back at once, 0 to 1." };
    private readonly Option<double> _sendUnknown = new("--sendUnknownRate", "-su") { Description = "Part whose end the broker is not told." };
    private readonly Option<double> _checkRollback = new("--checkRollbackRate", "-cr") { Description = "Part of the checks that roll back." };
    private readonly Option<double> _checkUnknown = new("--checkUnknownRate", "-cu") { Description = "Part of the checks without an answer." };
    private readonly Option<int> _interval = new("--sendInterval", "-i") { Description = "Milliseconds between two transactions of a thread." };

    public TransactionProducerMode()
        : base("tproducer", "Sends in transactions.")
    {
        _load.AddTo(Command);
        Option[] own = [_threads, _size, _sendRollback, _sendUnknown, _checkRollback, _checkUnknown, _interval];
        Array.ForEach(own, Command.Options.Add);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var nameServers = _load.NameServers(arguments);
        var target = await Target.FindAsync(nameServers, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var client = new RocketMQClient(new ClientOptions { NameServers = nameServers, InstanceName = $"benchmark-{Environment.ProcessId}" });
        await using var _ = client.ConfigureAwait(false);
        var checks = 0L;
        var producer = client.CreateTransactionProducer(new ProducerOptions { Group = "benchmark_transaction_producer" }, (_, _) =>
        {
            Interlocked.Increment(ref checks);
            return new(Draw(arguments.GetValue(_checkRollback), arguments.GetValue(_checkUnknown)));
        });
        await using var __ = producer.ConfigureAwait(false);
        var message = new Message(target.Topic, new MessageShape { Size = arguments.GetValue(_size) }.Body());
        var report = await new Run(_load.Settings(arguments), output).MeasureAsync(
            "tproducer", arguments.GetValue(_threads),
            (budget, tallies) => Task.WhenAll(tallies.Select(tally => SendAsync(producer, message, arguments, budget, tally))), cancellationToken)
            .ConfigureAwait(false);
        return report with { Figures = new Dictionary<string, double> { ["checks"] = Interlocked.Read(ref checks) } };
    }

    private async Task SendAsync(TransactionProducer producer, Message message, ParseResult arguments, Budget budget, Tally tally)
    {
        var pause = TimeSpan.FromMilliseconds(arguments.GetValue(_interval));
        while (budget.TryTake())
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                await producer.SendAsync(
                    message, (_, _) => new(Draw(arguments.GetValue(_sendRollback), arguments.GetValue(_sendUnknown)))).ConfigureAwait(false);
                tally.Complete(Stopwatch.GetElapsedTime(started));
            }
            catch (RocketMQException e)
            {
                tally.Fail(e.Message);
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, TimeProvider.System).ConfigureAwait(false);
            }
        }
    }

    private static TransactionState Draw(double rollback, double unknown)
    {
        var drawn = Random.Shared.NextDouble();
        return drawn < rollback ? TransactionState.Rollback
            : drawn < rollback + unknown ? TransactionState.Unknown
            : TransactionState.Commit;
    }
}
