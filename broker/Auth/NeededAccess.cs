using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Auth;

/// <summary>What it takes to do something to a topic or a group. Retry topics stand for their group.</summary>
internal static class NeededAccess
{
    /// <summary>
    /// A blank topic is none, and nobody is refused for it. A group's own retry topic needs nothing beyond the group, the one that popping made for a topic the topic besides. Another's retry topic
    /// needs that group: who retries for a group consumes for it.
    /// </summary>
    public static void AddTopic(List<Access> needed, string? topic, AccessAction actions, string? group = null)
    {
        if (string.IsNullOrWhiteSpace(topic))
        {
            return;
        }

        if (!SystemTopics.IsRetry(topic))
        {
            Add(needed, ResourceType.Topic, topic, actions);
            return;
        }

        var retried = topic[SystemTopics.RetryPrefix.Length..];
        if (string.IsNullOrEmpty(group) || !retried.StartsWith(group, StringComparison.Ordinal))
        {
            var asConsumer = actions == AccessAction.Pub ? AccessAction.Sub : actions;
            var plus = retried.IndexOf('+', StringComparison.Ordinal);
            AddGroup(needed, plus < 0 ? retried : retried[..plus], asConsumer);
            AddTopic(needed, plus < 0 ? null : retried[(plus + 1)..], asConsumer);
        }
        else if (retried.Length > group.Length)
        {
            if (retried[group.Length] is '_' or '+')
            {
                AddTopic(needed, retried[(group.Length + 1)..], actions);
            }
            else
            {
                AddTopic(needed, topic, actions);
            }
        }
    }

    public static void AddGroup(List<Access> needed, string? group, AccessAction actions)
    {
        if (!string.IsNullOrEmpty(group))
        {
            Add(needed, ResourceType.Group, group, actions);
        }
    }

    private static void Add(List<Access> needed, ResourceType type, string name, AccessAction actions)
    {
        var access = new Access(Resource.Of(type, name), actions);
        if (!needed.Contains(access))
        {
            needed.Add(access);
        }
    }
}
