using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Topics.Remoting;

/// <summary>UPDATE_AND_CREATE_TOPIC_LIST (18): several topics, all or none.</summary>
internal sealed class CreateTopicListHandler(TopicChanges changes, TopicTable topics) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var response = Apply(context.Request.ReadBody<CreateTopicListRequestBody>().TopicConfigList);
        return response.Code == ResponseCode.Success && await topics.SettledAsync().ConfigureAwait(false) is { } refusal ? refusal.ToResponse() : response;
    }

    private RemotingCommand Apply(List<TopicConfig> wanted)
    {
        var checkedTopics = new List<TopicConfig>(wanted.Count);
        foreach (var topic in wanted)
        {
            if (changes.Check(topic, TopicAttributes.ListOf(topic.Attributes), out var result) is { } wrong)
            {
                return wrong.ToResponse();
            }

            checkedTopics.Add(result);
        }

        checkedTopics.ForEach(changes.Put);
        return RemotingCommand.Response(ResponseCode.Success);
    }
}
