using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Ordering;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>Sends to a group's retry topic: a message retried too often goes to the group's dead letters.</summary>
public sealed class RetrySends(SubscriptionGroups groups, TopicTable topics, QueueLocks locks)
{
    /// <returns><see langword="null"/>, or why the send is refused.</returns>
    public Refusal? Apply(in SendRequest request, ref MessageDraft draft)
    {
        if (!SystemTopics.IsRetry(request.Topic))
        {
            return null;
        }

        var group = GroupOf(request.Topic);
        if (groups.Find(group) is not { } config)
        {
            return new Refusal(RefusalKind.SubscriptionGroupNotExist, $"subscription group not exist, {group}");
        }

        var maxReconsumeTimes = request.MaxReconsumeTimes ?? config.RetryMaxTimes;

        // An ordered consumer (it holds queue locks) only sends here what it gives up on.
        if (request.ReconsumeTimes > maxReconsumeTimes || locks.IsHeldBy(group))
        {
            DeadLetters.Redirect(ref draft, group, topics, "-1"u8);
        }

        return null;
    }

    /// <summary>Pop's second form of retry topic names the origin's topic behind a plus.</summary>
    private static string GroupOf(string retryTopic)
    {
        var name = retryTopic.AsSpan(SystemTopics.RetryPrefix.Length);
        var plus = name.IndexOf('+');
        return (plus < 0 ? name : name[..plus]).ToString();
    }
}
