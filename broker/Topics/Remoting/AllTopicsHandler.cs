using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>
/// GET_ALL_TOPIC_CONFIG (21): every topic, for slaves and dashboards. There are no static topics. The answer is some hundred bytes a topic: it is
/// written once for all who ask before the next change, as long as there is memory to keep it. Who asks for a page gets one.
/// </summary>
internal sealed class AllTopicsHandler(BrokerOptions options, TopicTable topics) : IRequestHandler
{
    private readonly MetadataPages<Dictionary<string, TopicConfig>> _pages = new(
        options, () => topics.Version,
        () =>
        {
            var all = topics.Snapshot();
            return (all.DataVersion, all.TopicConfigTable);
        },
        static all => all.Keys);
    private readonly Lock _lock = new();
    private readonly WeakReference<Written?> _last = new(null);

    private sealed record Written(DataVersion Version, byte[] Body);

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(Answer(context.Request.ReadHeader<GetAllTopicConfigRequestHeader>()));

    private RemotingCommand Answer(GetAllTopicConfigRequestHeader asked)
    {
        if (!_pages.Asks(asked.TopicSeq, asked.DataVersion, asked.MaxTopicNum))
        {
            return RemotingCommand.ResponseWithBody(ResponseCode.Success, Body());
        }

        if (_pages.Take(asked.TopicSeq, asked.DataVersion, asked.MaxTopicNum) is not { } page)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, $"topicSeq is {asked.TopicSeq}, it is at least 0; maxTopicNum is {asked.MaxTopicNum}, it is at least 1");
        }

        var body = new TopicConfigAndMappingSerializeWrapper { DataVersion = page.Version, TopicConfigTable = page.Names.ToDictionary(name => name, name => page.Table[name]) };
        return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body), new GetAllTopicConfigResponseHeader { TotalTopicNum = page.Total });
    }

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
