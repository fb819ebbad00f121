using RocketMQ.Broker.Core;

namespace RocketMQ.Broker.Sending;

/// <summary>The other brokers of the set, as far as what is stored waits for them.</summary>
public interface IReplicas : IDisposable
{
    /// <summary>Whether anything waits for them.</summary>
    bool AreWaitedFor { get; }

    /// <summary>Why nothing may be stored now, because too few are there.</summary>
    Refusal? Refuse();

    /// <summary>Waits until as many as the configuration asks for have the log up to an offset, or slaveTimeout is over.</summary>
    ValueTask<StoreOutcome> WaitAsync(long endOffset);
}
