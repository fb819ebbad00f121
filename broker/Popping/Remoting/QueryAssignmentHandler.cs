using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Consumers;
using RocketMQ.Broker.Registration;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>
/// QUERY_ASSIGNMENT (400): which queues a consumer shall work on, and whether it pulls or pops them. An answer without the list means
/// "no change"; an empty list, "none".
/// </summary>
internal sealed class QueryAssignmentHandler(BrokerOptions options, MessageRequestModes modes, ConsumerTable consumers, TopicRoutes routes)
    : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        AssignAsync(context.Request.ReadBody<QueryAssignmentRequestBody>(), cancellationToken);

    private async ValueTask<RemotingCommand?> AssignAsync(QueryAssignmentRequestBody request, CancellationToken cancellationToken)
    {
        var mode = modes.Of(request.Topic, request.ConsumerGroup);
        var queues = SystemTopics.IsLmq(request.Topic)
            ? [new MessageQueue(request.Topic, options.BrokerName, 0)]
            : await routes.QueuesOfAsync(request.Topic, cancellationToken).ConfigureAwait(false);
        var assigned = queues is null ? null : Share(request, mode, queues);
        return RemotingCommand.ResponseWithBody(ResponseCode.Success, RemotingJson.Serialize(new QueryAssignmentResponseBody
        {
            MessageQueueAssignments = assigned?.Select(queue => new MessageQueueAssignment { MessageQueue = queue, Mode = mode.Mode }).ToHashSet()!,
        }));
    }

    private List<MessageQueue>? Share(QueryAssignmentRequestBody request, SetMessageRequestModeRequestBody mode, List<MessageQueue> queues)
    {
        if (request.MessageModel == MessageModel.Broadcasting || !options.ServerLoadBalancerEnable)
        {
            return queues;
        }

        if (consumers.Find(request.ConsumerGroup) is not { } group)
        {
            return null;
        }

        var members = group.ClientIds;
        members.Sort(StringComparer.Ordinal);
        queues.Sort();
        if (queues.Count == 0 || members.Count == 0)
        {
            return null;
        }

        return mode.Mode == MessageRequestMode.Pop
            ? QueueAllocation.ForPop(request.StrategyName, queues, members, request.ClientId, mode.PopShareQueueNum)
            : QueueAllocation.ForPull(request.StrategyName, queues, members, request.ClientId);
    }
}
