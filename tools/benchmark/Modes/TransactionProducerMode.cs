using System.CommandLine;
using System.Globalization;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>Sends in transactions with this project's client. Latencies are those of a whole transaction: half message, end.</summary>
internal sealed class TransactionProducerMode : Mode
{
    private const string BatchProperty = "batchId";

    private readonly LoadOptions _load = new();
    private readonly ClientFlags _client = new();
    private readonly Option<int> _threads = new("--threadCount", "-w") { Description = "Transactions at once.", DefaultValueFactory = _ => 32 };
    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body.", DefaultValueFactory = _ => 2048 };
    private readonly Option<double> _sendRollback = new("--sendRollbackRate", "-sr") { Description = "Part that is rolled back at once, 0 to 1." };
    private readonly Option<double> _sendUnknown = new("--sendUnknownRate", "-su") { Description = "Part whose end the broker is not told." };
    private readonly Option<double> _checkRollback = new("--checkRollbackRate", "-cr") { Description = "Part of the checks that roll back." };
    private readonly Option<double> _checkUnknown = new("--checkUnknownRate", "-cu") { Description = "Part of the checks without an answer." };
    private readonly Option<int> _interval = new("--sendInterval", "-i") { Description = "Milliseconds between two transactions of a thread." };

    private readonly Option<long> _batch = new("--batchId", "-b")
    {
        Description = "Number of this run: half messages of others are rolled back when asked about.",
        DefaultValueFactory = _ => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    public TransactionProducerMode()
        : base("tproducer", "Sends in transactions.")
    {
        _load.AddTo(Command);
        Option[] own = [_threads, _size, _sendRollback, _sendUnknown, _checkRollback, _checkUnknown, _interval, _batch];
        Array.ForEach(own, Command.Options.Add);
        _client.AddTo(Command);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var options = _client.Options(arguments, _load.Client(arguments));
        var target = await Target.FindAsync(options, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var client = new RocketMQClient(options);
        await using var _ = client.ConfigureAwait(false);
        var checks = 0L;
        var shape = new MessageShape { Size = arguments.GetValue(_size) };
        var batch = arguments.GetValue(_batch).ToString(CultureInfo.InvariantCulture);
        var producer = client.CreateTransactionProducer(shape.Producer("benchmark_transaction_producer", _client.Traces(arguments)), (half, _) =>
        {
            Interlocked.Increment(ref checks);
            return new(half.Properties.GetValueOrDefault(BatchProperty) == batch
                ? Draw(arguments.GetValue(_checkRollback), arguments.GetValue(_checkUnknown))
                : TransactionState.Rollback);
        });
        await using var __ = producer.ConfigureAwait(false);
        var message = shape.Message(target.Topic, 0) with { Properties = new Dictionary<string, string> { [BatchProperty] = batch } };

        // A transaction that was begun is ended, also when the run is interrupted.
        Task SendAsync() => producer.SendAsync(
            message, (_, _) => new(Draw(arguments.GetValue(_sendRollback), arguments.GetValue(_sendUnknown))), CancellationToken.None);
        var report = await new Run(_load.Settings(arguments), output).MeasureAsync(
            "tproducer", arguments.GetValue(_threads),
            (budget, tallies) => ClientSenders.RunAsync(SendAsync, 1, budget, tallies, TimeSpan.FromMilliseconds(arguments.GetValue(_interval))),
            cancellationToken)
            .ConfigureAwait(false);
        return report with { Figures = new Dictionary<string, double> { ["checks"] = Interlocked.Read(ref checks) } };
    }

    private static TransactionState Draw(double rollback, double unknown)
    {
        var drawn = Random.Shared.NextDouble();
        return drawn < rollback ? TransactionState.Rollback
            : drawn < rollback + unknown ? TransactionState.Unknown
            : TransactionState.Commit;
    }
}
