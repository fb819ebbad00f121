using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Delay levels: none is lost, none comes before its time.</summary>
internal sealed class DelayedSends(int seed, int senders, TimeProvider clock) : HiddenSends("delayed", seed, senders, clock, "SCHEDULE_TOPIC_XXXX")
{
    private static readonly int[] LevelSeconds = [1, 2, 3, 5];

    public override IEnumerable<string> Settings => [$"messageDelayLevel={string.Join(' ', LevelSeconds.Select(s => $"{s}s"))}"];

    protected override async Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var level = random.Next(1, LevelSeconds.Length + 1);
        var (promise, body, properties) = Compose(
            sender, sequence, random, new KeyValuePair<string, string>(PropertyNames.DelayLevel, level.ToString(CultureInfo.InvariantCulture)));
        promise.NotBeforeMs = NowMs + LevelSeconds[level - 1] * 1000;
        var reply = await broker.SendAsync(Topic, random.Next(Queues), body, properties);
        promise.OwedFromMs = NowMs + LevelSeconds[level - 1] * 1000;
        Acknowledge(promise, reply.MsgId);
        return 1;
    }
}
