using RocketMQ.Client.Core;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>NOTIFY_CONSUMER_IDS_CHANGED (40): queues are shared out anew at once.</summary>
internal sealed class ConsumerIdsChangedHandler(GroupTable groups) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        groups.Consumer(context.Request.ReadHeader<NotifyConsumerIdsChangedRequestHeader>().ConsumerGroup)?.OnMembersChanged();
        return default;
    }
}
