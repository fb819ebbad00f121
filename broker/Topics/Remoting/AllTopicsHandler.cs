using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>
/// GET_ALL_TOPIC_CONFIG (21): every topic, for slaves and dashboards. There are no static topics. The answer is some hundred bytes a topic: it is
/// written once for all who ask before the next change, as long as there is memory to keep it.
/// </summary>
internal sealed class AllTopicsHandler(TopicTable topics) : IRequestHandler
{
    private readonly Lock _lock = new();
    private readonly WeakReference<Written?> _last = new(null);

    private sealed record Written(DataVersion Version, byte[] Body);

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, Body()));

    private byte[] Body()
    {
        lock (_lock)
        {
            if (_last.TryGetTarget(out var last) && last.Version == topics.Version)
            {
                return last.Body;
            }

            var all = topics.Snapshot();
            var written = new Written(
                all.DataVersion, RemotingJson.Serialize(new TopicConfigAndMappingSerializeWrapper { DataVersion = all.DataVersion, TopicConfigTable = all.TopicConfigTable }));
            _last.SetTarget(written);
            return written.Body;
        }
    }
}
