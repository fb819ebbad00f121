using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>What the log made of a message, or why a redirect refused it.</summary>
public readonly record struct PublishResult(AppendResult Appended, Refusal? Refusal)
{
    public bool IsOk => Refusal is null && Appended.IsOk;

    public static PublishResult Refused(Refusal refusal) => new(default, refusal);
}
