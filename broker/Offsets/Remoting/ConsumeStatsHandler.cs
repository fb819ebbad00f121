using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Offsets.Remoting;

/// <summary>
/// GET_CONSUME_STATS (208): how far a group is in the queues of the topics it consumes: those named, else one, else all it has offsets of.
/// Unless named in the list, topics that the group's consumers do not subscribe to any more are left out.
/// </summary>
internal sealed class ConsumeStatsHandler(
    ConsumerOffsets offsets, ConsumerTable consumers, TopicTable topics, GroupProgress progress) : IRequestHandler
{
    /// <summary>How a list of topics is taken apart, here and where it is asked whether they may be read.</summary>
    public static readonly char[] Separators = [';', ','];

    public const StringSplitOptions Splitting = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;

    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<GetConsumeStatsRequestHeader>();
        var stats = Topics(header)
            .Select(topics.Get).OfType<TopicConfig>()
            .Select(topic => progress.In(topic, header.ConsumerGroup))
            .ToList();
        return ValueTask.FromResult<RemotingCommand?>(RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new ConsumeStats
        {
            OffsetTable = new Dictionary<MessageQueue, OffsetWrapper>(stats.SelectMany(topic => topic.OffsetTable)),
            ConsumeTps = stats.Sum(topic => topic.ConsumeTps),
        })));
    }

    private IEnumerable<string> Topics(GetConsumeStatsRequestHeader header)
    {
        if (!string.IsNullOrWhiteSpace(header.TopicList))
        {
            return header.TopicList.Split(Separators, Splitting).Distinct();
        }

        var consumed = string.IsNullOrWhiteSpace(header.Topic) ? offsets.TopicsOf(header.ConsumerGroup) : [header.Topic];
        return consumers.Find(header.ConsumerGroup) is { Subscriptions.Count: > 0 } members
            ? consumed.Where(members.Subscriptions.ContainsKey)
            : consumed;
    }
}
