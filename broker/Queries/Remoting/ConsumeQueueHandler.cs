using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Filtering;
using RocketMQ.Broker.Pulling;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;

namespace RocketMQ.Broker.Queries.Remoting;

/// <summary>
/// QUERY_CONSUME_QUEUE (321): the entries of a consume queue from an index on, at most <see cref="MaxCount"/>; with a group that reads
/// the topic, what it subscribes to and whether a pull by it would be given each message. The answer does not name the entries' indexes:
/// they begin with the one asked for, so there are none where that one is not there. A batch that is one record has one entry, and counts as its
/// messages.
/// </summary>
internal sealed class ConsumeQueueHandler(
    BrokerOptions options, TopicTable topics, ConsumerTable consumers, PulledSubscriptions pulled, ConsumerFilterRegistry filterData,
    MessageStore store) : IRequestHandler
{
    /// <summary>Most entries of one answer.</summary>
    public const int MaxCount = 10_000;

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(Dump(context.Request.ReadHeader<QueryConsumeQueueRequestHeader>()));

    private RemotingCommand Dump(QueryConsumeQueueRequestHeader header)
    {
        var topic = header.Topic ?? "";
        if (!Exists(topic, header.QueueId))
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"{header.QueueId}@{topic} is not exist!");
        }

        if (store.Queue(topic, header.QueueId) is not { } queue)
        {
            return RemotingCommand.Response(ResponseCode.Success, $"Index {header.Index} of {header.QueueId}@{topic} is not exist! Nothing was ever sent to it.");
        }

        var subscription = header.ConsumerGroup is null ? null
            : consumers.Find(header.ConsumerGroup)?.Subscription(topic) ?? pulled.Find(header.ConsumerGroup, topic);
        var (min, max) = (queue.MinOffset, queue.MaxOffset);
        var isThere = header.Index >= min && header.Index < max;
        var body = new QueryConsumeQueueResponseBody
        {
            MinQueueIndex = min,
            MaxQueueIndex = max,
            SubscriptionData = subscription,
            FilterData = header.ConsumerGroup is null ? null
                : subscription is null ? $"{header.ConsumerGroup}@{topic} is not online!"
                : FilterData(topic, header.ConsumerGroup),
            QueueData = isThere ? Entries(queue, header.Index, Math.Clamp(header.Count, 0, MaxCount), Filter(subscription)) : [],
        };
        var response = RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(body));
        response.Remark = isThere ? null : $"Index {header.Index} of {header.QueueId}@{topic} is not exist! There are {min} to {max - 1}.";
        return response;
    }

    private bool Exists(string topic, int queueId) => topics.TryGet(topic, out var config)
        ? queueId >= 0 && queueId < Math.Max(config.ReadQueueNums, config.WriteQueueNums)
        : SystemTopics.IsLmq(topic) && queueId == 0;

    /// <summary>As Apache's broker prints it: the compiled SQL92 filter, <c>null</c> where the group filters by tags.</summary>
    private string FilterData(string topic, string group) =>
        filterData.Find(topic, group) is { } data ? ConsumerFilterFile.Write(data) : "null";

    /// <summary>Null where a pull is given nothing, for want of a filter.</summary>
    private Filtering.IMessageFilter? Filter(SubscriptionData? subscription) =>
        subscription is not null
        && (options.EnablePropertyFilter || MessageFilters.IsTagType(subscription.ExpressionType))
        && MessageFilters.TryCreate(subscription.ExpressionType, subscription.SubString, out var filter, out _) ? filter : null;

    private List<ConsumeQueueData> Entries(ConsumeQueue queue, long index, int count, Filtering.IMessageFilter? filter)
    {
        List<ConsumeQueueData> entries = [];
        for (var at = index; at - index < count && queue.TryRead(at, out var unit, out var next); at = next)
        {
            entries.Add(new ConsumeQueueData
            {
                PhysicOffset = unit.PhysicalOffset, PhysicSize = unit.Size, TagsCode = unit.TagsCode, Eval = filter is not null && Passes(unit, filter),
            });
        }

        return entries;
    }

    private bool Passes(in QueueUnit unit, Filtering.IMessageFilter filter)
    {
        if (!filter.MayMatch(unit.TagsCode))
        {
            return false;
        }

        using var lease = store.Read(unit.PhysicalOffset);
        return lease.IsValid && MessageRecord.TryRead(lease.Bytes, out var record) == RecordReadStatus.Ok && filter.Matches(record.Properties);
    }
}
