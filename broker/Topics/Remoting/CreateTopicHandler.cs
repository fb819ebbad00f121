using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>UPDATE_AND_CREATE_TOPIC (17): makes a topic as described, or changes it to that.</summary>
public sealed class CreateTopicHandler(TopicChanges changes, TopicTable topics) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var response = Apply(context.Request.ReadHeader<CreateTopicRequestHeader>());
        return response.Code == ResponseCode.Success && await topics.SettledAsync().ConfigureAwait(false) is { } refusal ? refusal.ToResponse() : response;
    }

    private RemotingCommand Apply(CreateTopicRequestHeader header)
    {
        if (!Enum.TryParse<TopicFilterType>(header.TopicFilterType.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var filterType))
        {
            return RemotingCommand.Response(
                ResponseCode.InvalidParameter, $"unknown topicFilterType {header.TopicFilterType}: SINGLE_TAG or MULTI_TAG");
        }

        var wanted = new TopicConfig
        {
            TopicName = header.Topic,
            ReadQueueNums = header.ReadQueueNums,
            WriteQueueNums = header.WriteQueueNums,
            Perm = header.Perm,
            TopicFilterType = filterType,
            TopicSysFlag = header.TopicSysFlag ?? 0,
            Order = header.Order,
        };
        if (changes.Check(wanted, header.Attributes, out var topic) is { } wrong)
        {
            return wrong.ToResponse();
        }

        changes.Put(topic);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
