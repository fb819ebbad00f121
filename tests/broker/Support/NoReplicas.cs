using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;

namespace RocketMQ.Broker.Tests.Support;

/// <summary>A set of one broker.</summary>
internal sealed class NoReplicas : IReplicas
{
    public static readonly NoReplicas Instance = new();

    public bool AreWaitedFor => false;

    public Refusal? Refuse() => null;

    public void Dispose()
    {
    }

    public ValueTask<StoreOutcome> WaitAsync(long endOffset) => throw new NotSupportedException();
}
