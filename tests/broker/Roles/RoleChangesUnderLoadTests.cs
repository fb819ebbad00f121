using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Tests.Transactions;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Roles;

/// <summary>
/// A hundred changes between master and slave while clients send, delay, time, decide, pop and acknowledge. Whatever was acknowledged is there, and
/// nothing is there twice. Clients keep no record of what was refused: that they would send again.
/// </summary>
[NonParallelizable]
public class RoleChangesUnderLoadTests
{
    private const int Changes = 100;
    private const int MostOfAKind = 600;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(400);

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _sent = new();
    private readonly ConcurrentDictionary<string, int> _acknowledged = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly CancellationTokenSource _enough = new();
    private VirtualTimeProvider _clock = null!;
    private TransactionBroker _tx = null!;
    private int _refused;

    private TestBroker Broker => _tx.Broker;

    [SetUp]
    public async Task Start()
    {
        _clock = new VirtualTimeProvider();
        _tx = await TransactionBroker.StartAsync(
            o => o with { TransactionTimeOut = 2_000, TransactionCheckInterval = 3_000, TransactionCheckMax = 1_000, TransactionOpBatchInterval = 500 }, _clock,
            configureStore: s => s with { TimerPrecisionMs = 100 });
        foreach (var topic in (string[])["Plain", "Delayed", "Timed", "Decided", "Popped"])
        {
            await Broker.CreateTopicAsync(topic, queues: 2);
            _sent[topic] = new();
        }

        await Broker.HeartbeatAsync("producer-1", "tx");
    }

    [TearDown]
    public async Task Stop()
    {
        await _tx.DisposeAsync();
        _enough.Dispose();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Nothing_that_was_acknowledged_is_lost_and_nothing_comes_twice()
    {
        Task[] load =
        [
            LoopAsync(i => SendAsync("Plain", $"p{i}")),
            LoopAsync(i => SendAsync("Delayed", $"d{i}", KeyValuePair.Create("DELAY", (i % 2 + 1).ToString()))),
            LoopAsync(i => SendAsync("Timed", $"t{i}", KeyValuePair.Create("TIMER_DELAY_MS", (300 + i * 37 % 4_000).ToString()))),
            LoopAsync(DecideAsync),
            LoopAsync(i => SendAsync("Popped", $"o{i}")),
            LoopAsync(_ => PopAsync()),
            LoopAsync(_ => AnswerChecksAsync()),
        ];
        for (var i = 0; i < Changes; i++)
        {
            Assert.That(await Broker.Server.ChangeRoleAsync(i % 2 == 0 ? BrokerRole.Slave(1) : BrokerRole.Master), Is.Empty, "parts that were late");
            _clock.Advance(Step / 2);
            await Broker.HeartbeatAsync("producer-1", "tx");
            await Task.Delay(10);
            _clock.Advance(Step / 2);
        }

        await _enough.CancelAsync();
        await Task.WhenAll(load);
        await DrainAsync();

        var lost = new List<string>();
        foreach (var (topic, sent) in _sent.Where(s => s.Key != "Popped"))
        {
            var there = (await ReadAllAsync(topic)).GroupBy(body => body).ToDictionary(g => g.Key, g => g.Count());
            lost.AddRange(sent.Keys.Where(body => !there.ContainsKey(body)).Select(body => $"{topic}: {body} is lost"));
            lost.AddRange(there.Where(t => t.Value > 1).Select(t => $"{topic}: {t.Key} is there {t.Value} times"));
        }

        lost.AddRange(_sent["Popped"].Keys.Where(body => !_acknowledged.ContainsKey(body)).Select(body => $"Popped: {body} is lost"));
        TestContext.Out.WriteLine(
            $"{string.Join(", ", _sent.Select(s => $"{s.Key} {s.Value.Count}"))}, acknowledged {_acknowledged.Count}, refused {_refused}");
        Assert.That(lost.Concat(_faults), Is.Empty);
        Assert.That(_sent.Values.Select(s => s.Count), Has.All.GreaterThan(100), "there was load");
        Assert.That(_refused, Is.GreaterThan(100), "there was a slave");
    }

    private async Task LoopAsync(Func<int, Task> work)
    {
        for (var i = 0; !_enough.IsCancellationRequested; i++)
        {
            await work(i);
            await Task.Delay(1);
        }
    }

    private async Task SendAsync(string topic, string body, params KeyValuePair<string, string>[] properties)
    {
        if (_sent[topic].Count >= MostOfAKind)
        {
            return;
        }

        var sent = await Broker.SendAsync(topic, Encoding.UTF8.GetBytes(body), properties: [.. properties, new("UNIQ_KEY", body)]);
        Note(sent.Code, sent.Remark, () => _sent[topic][body] = true);
    }

    /// <summary>A half message that was acknowledged comes, for its producer commits it: at once, or when it is asked.</summary>
    private async Task DecideAsync(int i)
    {
        if (_sent["Decided"].Count >= MostOfAKind)
        {
            return;
        }

        var half = await _tx.TrySendHalfAsync("Decided", $"h{i}");
        Note(half.Code, half.Remark, () => _sent["Decided"][$"h{i}"] = true);
        if (half.Code == ResponseCode.Success && i % 3 != 0)
        {
            var ended = await _tx.EndAsync(half.ReadHeader<SendMessageResponseHeader>());
            Note(ended.Code, ended.Remark, static () => { });
        }
    }

    private async Task AnswerChecksAsync()
    {
        while (_tx.Checks.TryDequeue(out var asked))
        {
            var answered = await _tx.AnswerAsync(asked.Header);
            Note(answered.Code, answered.Remark, static () => { });
        }
    }

    private async Task PopAsync()
    {
        var popped = await Broker.PopAsync("Popped", invisibleMs: 30_000);
        if (popped.Code is not (ResponseCode.Success or ResponseCode.PollingTimeout))
        {
            Note(popped.Code, popped.Response.Remark, static () => { });
        }

        foreach (var message in popped.Messages)
        {
            var body = Encoding.UTF8.GetString(message.Message.Body);
            if (_acknowledged.ContainsKey(body))
            {
                _faults.Enqueue($"Popped: {body} comes again though it was acknowledged");
            }

            var acknowledged = await Broker.AckAsync(message);
            Note(acknowledged.Code, acknowledged.Remark, () => _acknowledged[body] = 1);
        }
    }

    private void Note(int code, string? remark, Action success)
    {
        switch (code)
        {
            case ResponseCode.Success:
                success();
                break;
            case ResponseCode.SystemBusy or ResponseCode.SlaveNotAvailable or ResponseCode.ServiceNotAvailable:
                Interlocked.Increment(ref _refused);
                break;
            default:
                _faults.Enqueue($"{code} {remark}");
                break;
        }
    }

    /// <summary>Until all has come that is to come, and long enough for what should not.</summary>
    private async Task DrainAsync()
    {
        await Broker.Server.ChangeRoleAsync(BrokerRole.Master);
        for (var i = 0; i < 400; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(500));
            await Broker.HeartbeatAsync("producer-1", "tx");
            await PopAsync();
            await AnswerChecksAsync();
            await Task.Delay(2);
        }
    }

    private async Task<List<string>> ReadAllAsync(string topic)
    {
        var bodies = new List<string>();
        for (var queueId = 0; queueId < 2; queueId++)
        {
            for (long offset = 0; ;)
            {
                var messages = TestBroker.Messages(await Broker.PullAsync(topic, queueId, offset));
                if (messages.Count == 0)
                {
                    break;
                }

                bodies.AddRange(messages.Select(m => Encoding.UTF8.GetString(m.Body)));
                offset = messages[^1].QueueOffset + 1;
            }
        }

        return bodies;
    }
}
