using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Groups;

/// <summary>What an operator may make of a consumer group: the rules that the one-group request and the list share.</summary>
internal static class GroupChanges
{
    /// <returns><see langword="null"/>, or what is wrong.</returns>
    public static string? Check(SubscriptionGroupConfig wanted, SubscriptionGroups groups)
    {
        if (SystemTopics.ValidateGroup(wanted.GroupName) is { } badName)
        {
            return badName;
        }

        if (groups.IsFull && !groups.Contains(wanted.GroupName))
        {
            return $"group[{wanted.GroupName}] does not exist{groups.FullReason}";
        }

        if (wanted.RetryQueueNums is < 0 or > TopicChanges.MaxQueues)
        {
            return $"group[{wanted.GroupName}] can't have {wanted.RetryQueueNums} retry queues: 0 to {TopicChanges.MaxQueues}";
        }

        return wanted.Attributes.Count > 0
            ? $"group[{wanted.GroupName}] can't have the attribute {wanted.Attributes.Keys.First()}: groups have no attributes"
            : null;
    }
}
