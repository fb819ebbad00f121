namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Sends nobody acknowledges: they may be lost in a crash, but not doubled and not torn.</summary>
internal sealed class OnewaySends(int seed, int senders, TimeProvider clock) : SendWorkload("oneway", seed, senders, 40, clock, ("fault-oneway", 3))
{
    private const int Unanswered = 30;

    protected override async Task<int> SendAsync(BrokerClient broker, string sender, int sequence, string topic, int queueId, Random random)
    {
        var (_, body, properties) = Compose(sender, sequence, topic, queueId, random.Next(0, 1_000));
        await broker.SendOnewayAsync(topic, queueId, body, properties);
        if (sequence % Unanswered == Unanswered - 1)
        {
            // A question in between: without one the sender fills the broker's buffers and measures nothing else.
            await broker.MaxOffsetAsync(topic, queueId);
        }

        return 1;
    }
}
