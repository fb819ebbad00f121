using RocketMQ.Broker.Core;
using RocketMQ.Store;

namespace RocketMQ.Broker.Sending;

/// <summary>
/// What the log made of a message, or why a redirect refused it. It says nothing of the disk: <see cref="MessagePublisher.WaitStoredAsync(in PublishResult, bool)"/>
/// does, and no success is answered before.
/// </summary>
public readonly record struct PublishResult(AppendResult Appended, Refusal? Refusal)
{
    public bool IsOk => Refusal is null && Appended.IsOk;

    /// <summary>The store takes nothing now, whatever it is: the same message may be taken later.</summary>
    public bool MayPass => Refusal is null && Appended.MayPass;

    public AppendStatus Status => Appended.Status;

    /// <summary>Why it is not stored, for a remark.</summary>
    public string Reason => Refusal?.Reason ?? Appended.Status.ToString();

    /// <summary>What a flush has to reach.</summary>
    internal long EndOffset => Appended.EndOffset;

    public static PublishResult Refused(Refusal refusal) => new(default, refusal);
}
