using System.Buffers.Binary;
using System.CommandLine;
using System.Diagnostics;
using RocketMQ.Benchmark.Load;
using RocketMQ.Benchmark.Measuring;
using RocketMQ.Client;

namespace RocketMQ.Benchmark.Modes;

/// <summary>
/// From a message's due moment to a push listener's hands, at a fixed rate: an open loop, so that a pause counts for all it delays.
/// </summary>
internal sealed class EndToEndMode : Mode
{
    private const int MomentBytes = sizeof(long);
    private static readonly TimeSpan LastMessagePatience = TimeSpan.FromSeconds(5);

    private readonly LoadOptions _load = new();
    private readonly Option<int> _rate = new("--rate") { Description = "Messages per second.", DefaultValueFactory = _ => 2000 };
    private readonly Option<int> _size = new("--messageSize", "-s") { Description = "Bytes of a body, at least 8.", DefaultValueFactory = _ => 128 };

    public EndToEndMode()
        : base("e2e", "Sends at a fixed rate and measures until a push listener has the message.")
    {
        _load.AddTo(Command);
        Command.Options.Add(_rate);
        Command.Options.Add(_size);
    }

    public override async Task<Report> RunAsync(ParseResult arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var clientOptions = _load.Client(arguments);
        var target = await Target.FindAsync(clientOptions, _load.Topic(arguments), cancellationToken).ConfigureAwait(false);
        var frames = ProducerMode.Frames(target, new MessageShape { Size = Math.Max(MomentBytes, arguments.GetValue(_size)) });
        var listener = new Listener();
        var client = new RocketMQClient(clientOptions);
        await using var _ = client.ConfigureAwait(false);
        var consumer = await client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = $"benchmark_e2e_{Environment.ProcessId}",
                Subscriptions = new Dictionary<string, FilterExpression> { [target.Topic] = FilterExpression.All },

                // Not the last offset: a queue's is asked for when its turn comes, and messages may have come by then.
                ConsumeFrom = ConsumeFrom.Timestamp,
                ConsumeFromTime = TimeProvider.System.GetUtcNow(),
            },
            listener.OnMessage,
            cancellationToken).ConfigureAwait(false);
        await using var __ = consumer.ConfigureAwait(false);
        return await new Run(_load.Settings(arguments), output).MeasureAsync(
            "e2e", 1, (budget, tallies) => SendAndReceiveAsync(target, frames, arguments.GetValue(_rate), listener, budget, tallies[0]), cancellationToken)
            .ConfigureAwait(false);
    }

    private static async Task SendAndReceiveAsync(
        Target target, SendFrame[] frames, int rate, Listener listener, Budget budget, Tally received)
    {
        var sent = new Tally();
        listener.Begin(received);
        await new OpenLoopSender(target, frames, rate).RunAsync(budget, sent).ConfigureAwait(false);
        var since = Stopwatch.GetTimestamp();
        while (received.Completed < sent.Completed && Stopwatch.GetElapsedTime(since) < LastMessagePatience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System).ConfigureAwait(false);
        }

        listener.End();
        if (sent.Failed > 0)
        {
            received.Fail(sent.FirstFailure ?? "", sent.Failed);
        }

        if (sent.Completed > received.Completed)
        {
            received.Fail("not received", sent.Completed - received.Completed);
        }
    }

    /// <summary>Hears messages on any thread; those of an earlier phase, or of nobody, do not count.</summary>
    private sealed class Listener
    {
        private readonly Lock _lock = new();
        private Tally? _tally;
        private long _since;

        public void Begin(Tally tally)
        {
            lock (_lock)
            {
                _tally = tally;
                _since = Stopwatch.GetTimestamp();
            }
        }

        public void End()
        {
            lock (_lock)
            {
                _tally = null;
            }
        }

        public ValueTask<ConsumeResult> OnMessage(ReceivedMessage message, CancellationToken cancellationToken)
        {
            var now = Stopwatch.GetTimestamp();
            var due = message.Body.Length >= MomentBytes ? BinaryPrimitives.ReadInt64BigEndian(message.Body.Span) : 0;
            lock (_lock)
            {
                if (_tally is not null && due >= _since && due <= now)
                {
                    _tally.Complete(Stopwatch.GetElapsedTime(due, now));
                }
            }

            return new(ConsumeResult.Success);
        }
    }
}
