using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Timing;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics;

/// <summary>
/// The end of a topic: with it go its queues and what groups have consumed of it, and with clearRetryTopicWhenDeleteTopic the retry topics that popping made
/// for it. Its records stay in the log until they expire. Touches the disk.
/// </summary>
public sealed class TopicDeletion(BrokerOptions options, TopicTable topics, ConsumerOffsets offsets, MessageStore store, TimerMetrics? timers)
{
    /// <summary>Deletes a topic with its retry topics; completes when that is durable, or with why it is not.</summary>
    public async Task<Refusal?> DeleteAllAsync(string topic)
    {
        using var deletion = await topics.BeginDeletionAsync().ConfigureAwait(false);
        foreach (var retry in options.ClearRetryTopicWhenDeleteTopic ? PopRetryTopics(topic) : [])
        {
            Delete(retry);
        }

        return await DeleteOneAsync(topic).ConfigureAwait(false);
    }

    /// <summary>Deletes a topic and no other.</summary>
    public async Task<Refusal?> DeleteAsync(string topic)
    {
        using var deletion = await topics.BeginDeletionAsync().ConfigureAwait(false);
        return await DeleteOneAsync(topic).ConfigureAwait(false);
    }

    private async Task<Refusal?> DeleteOneAsync(string topic)
    {
        Delete(topic);
        return await topics.Saved.ConfigureAwait(false) ?? await offsets.SaveAsync().ConfigureAwait(false);
    }

    private List<string> PopRetryTopics(string topic) =>
        [.. offsets.GroupsOf(topic)
            .SelectMany(group => new[] { PopTopics.RetryV2(topic, group), PopTopics.RetryV1(topic, group) })
            .Where(retry => topics.TryGet(retry, out _))];

    private void Delete(string topic)
    {
        topics.Remove(topic);
        offsets.RemoveTopic(topic);
        store.DeleteTopic(topic);
        timers?.Remove(topic);
    }
}
