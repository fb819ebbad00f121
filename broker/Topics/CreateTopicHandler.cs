using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics;

/// <summary>UPDATE_AND_CREATE_TOPIC (17): makes a topic as described, or changes it to that.</summary>
public sealed class CreateTopicHandler(BrokerOptions options, TopicTable topics) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var response = Apply(context.Request.ReadHeader<CreateTopicRequestHeader>());
        await topics.Saved.ConfigureAwait(false);
        return response;
    }

    private RemotingCommand Apply(CreateTopicRequestHeader header)
    {
        if (SystemTopics.Validate(header.Topic) is { } wrong)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, wrong);
        }

        if (options.ValidateSystemTopicWhenUpdateTopic && SystemTopics.IsSystem(header.Topic))
        {
            return RemotingCommand.Response(
                ResponseCode.InvalidParameter, $"The topic[{header.Topic}] is conflict with system topic. (validateSystemTopicWhenUpdateTopic=true)");
        }

        if (!Enum.TryParse<TopicFilterType>(header.TopicFilterType.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var filterType))
        {
            return RemotingCommand.Response(
                ResponseCode.InvalidParameter, $"unknown topicFilterType {header.TopicFilterType}: SINGLE_TAG or MULTI_TAG");
        }

        if (TopicAttributes.Change(topics.Get(header.Topic)?.Attributes ?? [], header.Attributes, out var attributes) is { } badAttribute)
        {
            return RemotingCommand.Response(ResponseCode.InvalidParameter, badAttribute);
        }

        var config = new TopicConfig
        {
            TopicName = header.Topic,
            ReadQueueNums = header.ReadQueueNums,
            WriteQueueNums = header.WriteQueueNums,
            Perm = header.Perm,
            TopicFilterType = filterType,
            TopicSysFlag = header.TopicSysFlag ?? 0,
            Order = header.Order,
            Attributes = attributes,
        };
        if (topics.Get(header.Topic) is not { } known || !Same(known, config))
        {
            topics.Put(config);
        }

        return RemotingCommand.Response(ResponseCode.Success);
    }

    private static bool Same(TopicConfig a, TopicConfig b) =>
        a with { Attributes = b.Attributes } == b
        && a.Attributes.Count == b.Attributes.Count
        && !a.Attributes.Except(b.Attributes).Any();
}
