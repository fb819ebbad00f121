using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using RocketMQ.Controller.Liveness;
using RocketMQ.Controller.Sets;
using RocketMQ.Remoting;
using RocketMQ.Remoting.Transport;

namespace RocketMQ.Controller.Tests;

/// <summary>A controller that did not run for a while (frozen, starved, its machine asleep) can't tell who was silent meanwhile.</summary>
public class HeldUpTests
{
    [TestCase(1_600, 0, true)]
    [TestCase(60_000, 1_400, false)]
    [TestCase(60_000, 1_600, true)]
    public async Task Whoever_was_held_up_itself_gives_brokers_their_time_again(int lookedAfterMs, int andAgainAfterMs, bool isMissed)
    {
        var time = new LateTime();
        await using var live = new LiveReplicas(time);
        var missed = new List<long>();
        live.Missed += (_, id, _) => missed.Add(id);
        await using var client = new RemotingClient(RequestTable.Empty, new RemotingOptions { Transport = await NetworkAsync() }, TimeProvider.System, NullLoggerFactory.Instance);
        live.Hear("broker-a", 1, await client.ConnectAsync("127.0.0.1:1"), TimeSpan.FromMilliseconds(1_500), new Heartbeat(1, 0, 0, 0));
        time.Look(lookedAfterMs);
        if (andAgainAfterMs > 0)
        {
            time.Look(andAgainAfterMs);
        }

        Assert.That(missed, Is.EqualTo(isMissed ? new[] { 1L } : []));
    }

    private static async Task<MemoryTransport> NetworkAsync()
    {
        var network = new MemoryTransport();
        await network.ListenAsync(new(System.Net.IPAddress.Loopback, 1), default);
        return network;
    }

    /// <summary>A clock whose timers ring when a test says so.</summary>
    private sealed class LateTime : TimeProvider
    {
        private long _now = 1;
        private Action? _callback;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return Substitute.For<ITimer>();
        }

        public void Look(int afterMs)
        {
            _now += afterMs;
            _callback!();
        }
    }
}
