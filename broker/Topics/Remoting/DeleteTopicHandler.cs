using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Popping;
using RocketMQ.Broker.Remoting;
using RocketMQ.Broker.Timing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>
/// DELETE_TOPIC_IN_BROKER (215): a topic, its queues and what groups have consumed of it; with clearRetryTopicWhenDeleteTopic the retry
/// topics that popping made for it, too. Its records stay in the log until they expire.
/// </summary>
internal sealed class DeleteTopicHandler(
    BrokerOptions options, TopicTable topics, ConsumerOffsets offsets, MessageStore store, TimerMetrics? timers) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var topic = context.Request.ReadHeader<DeleteTopicRequestHeader>().Topic;
        if (string.IsNullOrWhiteSpace(topic))
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, "The specified topic is blank.");
        }

        if (options.ValidateSystemTopicWhenUpdateTopic && topics.IsSystem(topic))
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, TopicChanges.SystemTopicRefusal(topic));
        }

        var refusal = await DeleteAllAsync(topic).ConfigureAwait(false) ?? await topics.SettledAsync().ConfigureAwait(false);
        return refusal?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }

    private async Task<Refusal?> DeleteAllAsync(string topic)
    {
        using var deletion = await topics.BeginDeletionAsync().ConfigureAwait(false);
        foreach (var retry in options.ClearRetryTopicWhenDeleteTopic ? PopRetryTopics(topic) : [])
        {
            Delete(retry);
        }

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
