using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>CLEAN_UNUSED_TOPIC (316): deletes the queues of topics that are not configured any more. System topics and light queues stay.</summary>
internal sealed class CleanUnusedTopicsHandler(TopicTable topics, MessageStore store) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        foreach (var topic in store.Topics())
        {
            if (!topics.TryGet(topic, out _) && !topics.IsSystem(topic) && !SystemTopics.IsLmq(topic))
            {
                store.DeleteTopic(topic);
            }
        }

        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.Response(ResponseCode.Success));
    }
}
