using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Timing;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Names;
using RocketMQ.Store;

namespace RocketMQ.Broker.Replication.Metadata;

/// <summary>
/// Makes a slave's topics, groups, request modes and counts what its master's are. What this broker made by itself meanwhile (a group on its first pull) stays until
/// the master has had it and has it no longer, or until the next start.
/// </summary>
internal sealed class TableFollower(
    TopicTable topics, TopicDeletion deletion, SubscriptionGroups groups, MessageRequestModes requestModes, TimerMetrics? counts, MessageStore store,
    ILogger logger)
{
    private HashSet<string>? _topicsThere;
    private HashSet<string>? _groupsThere;

    /// <summary>Another master is followed.</summary>
    public void Forget() => _topicsThere = _groupsThere = null;

    /// <summary>Takes what was answered.</summary>
    /// <param name="tables">The master's.</param>
    /// <param name="askedAt">Where this broker's log ended before it asked: no further than the master's.</param>
    /// <returns>Whether all topics are as the master's; one that is deleted and may have been made anew since is left for the next time.</returns>
    public async Task<bool> FollowAsync(MasterTables tables, long askedAt)
    {
        var isWhole = tables.Topics is null || await FollowTopicsAsync(tables.Topics, askedAt).ConfigureAwait(false);
        if (tables.Groups is { } theirs)
        {
            FollowGroups(theirs);
        }

        if (tables.RequestModes is { } modes)
        {
            requestModes.Follow([.. modes.MessageRequestModeMap.Values.SelectMany(mode => mode.Values).Where(IsLegal)]);
        }

        if (tables.TimerMetrics is { } counted)
        {
            counts?.Follow(counted with { TimingCount = counted.TimingCount.Where(count => IsLegal(NameKind.Topic, count.Key)).ToDictionary() });
        }

        return isWhole;
    }

    private async Task<bool> FollowTopicsAsync(TopicConfigSerializeWrapper theirs, long askedAt)
    {
        var wanted = theirs.TopicConfigTable.Values.Where(IsLegal).ToDictionary(topic => topic.TopicName, StringComparer.Ordinal);
        var isWhole = true;
        foreach (var gone in (_topicsThere ?? [.. topics.All.Keys]).Where(topic => !wanted.ContainsKey(topic) && !topics.IsSystem(topic) && topics.Get(topic) is not null))
        {
            if (HasArrivedSince(gone, askedAt))
            {
                isWhole = false;
            }
            else
            {
                await deletion.DeleteAsync(gone).ConfigureAwait(false);
                Log.FollowedDeletion(logger, gone);
            }
        }

        topics.Follow([.. wanted.Values.Where(topic => topics.Get(topic.TopicName) is not { } known || !TopicChanges.AreSame(known, topic))], theirs.DataVersion);
        _topicsThere = isWhole ? [.. wanted.Keys] : [.. wanted.Keys, .. _topicsThere ?? [.. topics.All.Keys]];
        return isWhole;
    }

    /// <summary>
    /// Whether a message of a topic has come since the master was asked. Then the topic may have been made again behind the answer, and what it holds now is
    /// none of what was deleted.
    /// </summary>
    private bool HasArrivedSince(string topic, long askedAt)
    {
        var config = topics.Get(topic)!;
        for (var queueId = 0; queueId < Math.Max(config.ReadQueueNums, config.WriteQueueNums); queueId++)
        {
            if (store.Queue(topic, queueId) is { MaxOffset: > 0 and var end } queue && queue.TryRead(end - 1, out var unit) && unit.PhysicalOffset >= askedAt)
            {
                return true;
            }
        }

        return false;
    }

    private void FollowGroups(SubscriptionGroupWrapper theirs)
    {
        var wanted = theirs.SubscriptionGroupTable.Values.Where(IsLegal).ToDictionary(group => group.GroupName, StringComparer.Ordinal);
        var gone = (_groupsThere ?? [.. groups.All.Keys]).Where(group => !wanted.ContainsKey(group) && !SystemTopics.IsSystemGroup(group));
        groups.Follow([.. wanted.Values.Where(IsNews)], [.. gone], theirs.ForbiddenTable ?? [], theirs.DataVersion);
        _groupsThere = [.. wanted.Keys];
    }

    private bool IsNews(SubscriptionGroupConfig group) =>
        !groups.All.TryGetValue(group.GroupName, out var known)
        || !RemotingJson.Serialize(known).AsSpan().SequenceEqual(RemotingJson.Serialize(group));

    private bool IsLegal(TopicConfig topic) =>
        IsLegal(NameKind.Topic, topic.TopicName)
        && topic is { ReadQueueNums: >= 0 and <= TopicChanges.MaxQueues, WriteQueueNums: >= 0 and <= TopicChanges.MaxQueues };

    private bool IsLegal(SubscriptionGroupConfig group) => IsLegal(NameKind.Group, group.GroupName);

    private bool IsLegal(SetMessageRequestModeRequestBody mode) => IsLegal(NameKind.Topic, mode.Topic) && IsLegal(NameKind.Group, mode.ConsumerGroup);

    /// <summary>What is no name must not become a directory here because another broker says it.</summary>
    private bool IsLegal(NameKind kind, string name)
    {
        if (NameRule.IsLegal(kind, name))
        {
            return true;
        }

        Log.EntryLeftOut(logger, "the master", NameRule.Explain(kind, name));
        return false;
    }
}
