using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Groups;

/// <summary>What an operator may make of a consumer group: the rules that the one-group request and the list share.</summary>
internal static class GroupChanges
{
    /// <summary>Characters of the subscriptions that a group's configuration fixes, together.</summary>
    private const int MaxSubscriptionText = 64 * 1024;

    /// <summary>Waits between attempts; Apache's own policy has 18.</summary>
    private const int MaxRetryWaits = 1_000;

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

        if (SubscriptionText(wanted) is > MaxSubscriptionText and var length)
        {
            return $"group[{wanted.GroupName}] can't have subscriptions of {length} characters: the limit is {MaxSubscriptionText}";
        }

        if (wanted.GroupRetryPolicy.CustomizedRetryPolicy?.Next is { Length: > MaxRetryWaits and var waits })
        {
            return $"group[{wanted.GroupName}] can't have a retry policy of {waits} waits: the limit is {MaxRetryWaits}";
        }

        return wanted.Attributes.Count > 0
            ? $"group[{wanted.GroupName}] can't have the attribute {wanted.Attributes.Keys.First()}: groups have no attributes"
            : null;
    }

    /// <summary>A subscription without a text counts, too: it has a place in the list.</summary>
    private static long SubscriptionText(SubscriptionGroupConfig wanted) =>
        wanted.SubscriptionDataSet?.Sum(each => 16L + (each.Topic?.Length ?? 0) + (each.ExpressionType?.Length ?? 0) + (each.Expression?.Length ?? 0)) ?? 0;
}
