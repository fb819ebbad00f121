using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Offsets;

/// <summary>
/// Questions about a queue that a client names: they make no queue that is not there, and where files have to be opened for the answer a
/// lane gives it.
/// </summary>
public sealed class QueueLookUps(MessageStore store, TopicTable topics, Lane lane)
{
    /// <summary>Answers on this thread if the queue is loaded, else on the lane.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="topic">The queue's topic.</param>
    /// <param name="queueId">The queue.</param>
    /// <param name="answer">Told whether there is such a queue.</param>
    public ValueTask<RemotingCommand?> AnswerAsync(RemotingConnection? from, string topic, int queueId, Func<bool, RemotingCommand> answer) =>
        store.IsLoaded(topic, queueId)
            ? ValueTask.FromResult<RemotingCommand?>(answer(true))
            : lane.AnswerAsync(from, () => answer(Exists(topic, queueId)));

    /// <summary>Whether there is such a queue: its topic has it, or its files are there. May list a directory: not for a loop thread.</summary>
    public bool Exists(string topic, int queueId) =>
        store.IsLoaded(topic, queueId)
        || (queueId >= 0 && SystemTopics.Validate(topic) is null && (IsConfigured(topic, queueId) || store.QueueIds(topic).Contains(queueId)));

    /// <summary>Every name of a light queue counts as configured: only files tell whether there is one.</summary>
    private bool IsConfigured(string topic, int queueId) =>
        !SystemTopics.IsLmq(topic) && topics.TryGet(topic, out var config) && queueId < Math.Max(config.ReadQueueNums, config.WriteQueueNums);
}
