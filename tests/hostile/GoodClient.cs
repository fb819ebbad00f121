using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RocketMQ.Client;

namespace RocketMQ.Hostile.Tests;

/// <summary>Somebody who only wants to work: sends numbered messages at a steady rate and consumes them, and keeps count of both.</summary>
internal sealed class GoodClient : IAsyncDisposable
{
    private const string Topic = "GoodTopic";
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private readonly RocketMQClient _client;
    private readonly ConcurrentDictionary<int, byte> _received = new();
    private readonly ConcurrentQueue<double> _latenciesMs = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private PushConsumer? _consumer;
    private Producer? _producer;
    private int _sent;

    public GoodClient(string nameServer) => _client = new RocketMQClient(new ClientOptions { NameServers = nameServer });

    public int Sent => Volatile.Read(ref _sent);

    public IReadOnlyCollection<string> Failures => _failures;

    public int Missing => Enumerable.Range(0, Sent).Count(i => !_received.ContainsKey(i));

    public async Task StartAsync()
    {
        _producer = _client.CreateProducer(new ProducerOptions { Group = "good-producer" });
        await _producer.SendAsync(new Message(Topic, "first"u8.ToArray()));
        _consumer = await _client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "good-consumer",
                ConsumeFrom = ConsumeFrom.FirstOffset,
                Subscriptions = new Dictionary<string, FilterExpression> { [Topic] = FilterExpression.All },
            },
            (message, _) =>
            {
                if (int.TryParse(Encoding.UTF8.GetString(message.Body.Span), CultureInfo.InvariantCulture, out var number))
                {
                    _received.TryAdd(number, 0);
                }

                return new(ConsumeResult.Success);
            });
        _sending = SendAsync(_producer);
    }

    /// <summary>Stops sending and waits for what is on its way.</summary>
    public async Task FinishAsync(TimeSpan patience)
    {
        await _stop.CancelAsync();
        await _sending;
        for (var waited = Stopwatch.StartNew(); Missing > 0 && waited.Elapsed < patience;)
        {
            await Task.Delay(50);
        }
    }

    /// <summary>Forgets the latencies so far: what is measured begins now.</summary>
    public void BeginMeasuring() => _latenciesMs.Clear();

    public double LatencyMs(double part)
    {
        var sorted = _latenciesMs.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, part * sorted.Length)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        if (_consumer is not null)
        {
            await _consumer.DisposeAsync();
        }

        if (_producer is not null)
        {
            await _producer.DisposeAsync();
        }

        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SendAsync(Producer producer)
    {
        using var timer = new PeriodicTimer(Period);
        while (!_stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync();
            var watch = Stopwatch.GetTimestamp();
            try
            {
                await producer.SendAsync(new Message(Topic, Encoding.UTF8.GetBytes($"{_sent}")));
                _latenciesMs.Enqueue(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
                Interlocked.Increment(ref _sent);
            }
            catch (Exception e) when (e is RocketMQException or Remoting.RemotingException)
            {
                _failures.Enqueue(e.Message);
            }
        }
    }
}
