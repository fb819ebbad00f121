using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Filtering.Remoting;

/// <summary>CHECK_CLIENT_CONFIG (46): whether the broker can filter by a subscription, asked before a consumer starts.</summary>
public sealed class CheckClientConfigHandler(BrokerOptions options) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RemotingCommand?>(Check(
            context.Request.Body.IsEmpty ? null : context.Request.ReadBody<CheckClientRequestBody>().SubscriptionData));

    private RemotingCommand Check(SubscriptionData? subscription)
    {
        if (subscription is null || MessageFilters.IsTagType(subscription.ExpressionType))
        {
            return RemotingCommand.Response(ResponseCode.Success);
        }

        if (!options.EnablePropertyFilter)
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError,
                $"The broker does not support consumer to filter message by {subscription.ExpressionType}: enablePropertyFilter=false");
        }

        return MessageFilters.TryCreate(subscription.ExpressionType, subscription.SubString, out _, out var reason, options.MaxFilterExpressionSize)
            ? RemotingCommand.Response(ResponseCode.Success)
            : RemotingCommand.Response(ResponseCode.SubscriptionParseFailed, reason);
    }
}
