using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>Answers questions about queues on the thread that reads them if the queue is loaded, else on a lane.</summary>
public sealed class LookUps(QueueLookUps queues, Lane lane)
{
    public QueueLookUps Queues => queues;

    public ValueTask<RemotingCommand?> AnswerAsync(RemotingConnection? from, string topic, int queueId, Func<RemotingCommand> answer) =>
        queues.IsLoaded(topic, queueId) ? ValueTask.FromResult<RemotingCommand?>(answer()) : lane.AnswerAsync(from, answer);
}
