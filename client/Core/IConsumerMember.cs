using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Core;

/// <summary>A consumer as brokers see it: a member of a group that they are told of and that they call.</summary>
internal interface IConsumerMember
{
    string Group { get; }

    /// <summary>What heartbeats say of it.</summary>
    ConsumerData Describe();

    /// <summary>Members of the group came or went. Returns at once.</summary>
    void OnMembersChanged();

    /// <summary>Goes on at other offsets in the queues given.</summary>
    Task ResetOffsetsAsync(IReadOnlyDictionary<MessageQueue, long> offsets);

    /// <summary>How far the queues of a topic are consumed.</summary>
    Dictionary<MessageQueue, long> ConsumedOffsets(string topic);

    ConsumerRunningInfo RunningInfo();

    /// <summary>Hands a message to the handler out of turn. Returns <see langword="null"/> when there is no handler to hand it to.</summary>
    Task<ConsumeMessageDirectlyResult?> ConsumeDirectlyAsync(StoredMessage message, string? brokerName, CancellationToken cancellationToken);
}
