using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Consumers.Remoting;

/// <summary>Passes an operator's request on to one consumer, and its answer back as it came.</summary>
internal sealed class ConsumerCalls(ConsumerTable consumers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The consumer that a request is meant for; null with the refusal where there is none, or it would not know the request.</summary>
    public ClientChannel? Find(string group, string? clientId, out RemotingCommand? refusal)
    {
        var channel = consumers.Find(group)?.Find(clientId ?? "");
        refusal = channel is null or { Link: not RemotingLink }
            ? RemotingCommand.Response(ResponseCode.SystemError, $"The Consumer <{group}> <{clientId}> not online")
            : channel.Link.Version < MqVersion.V3_1_8_Snapshot
                ? RemotingCommand.Response(
                    ResponseCode.SystemError,
                    $"The Consumer <{clientId}> Version <{MqVersion.Description(channel.Link.Version)}> too low to finish, please upgrade it to V3_1_8_SNAPSHOT")
                : null;
        return refusal is null ? channel : null;
    }

    public static async ValueTask<RemotingCommand?> CallAsync(
        ClientChannel consumer, string group, RemotingCommand request, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectionOf(consumer).InvokeAsync(request, Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (RemotingTimeoutException e)
        {
            return RemotingCommand.Response(ResponseCode.ConsumeMsgTimeout, $"consumer <{group}> <{consumer.ClientId}> Timeout: {e.Message}");
        }
        catch (RemotingException e)
        {
            return RemotingCommand.Response(ResponseCode.SystemError, $"invoke consumer <{group}> <{consumer.ClientId}> Exception: {e.Message}");
        }
    }

    /// <summary>Of a consumer that was found to have one.</summary>
    private static RemotingConnection ConnectionOf(ClientChannel consumer) => ((RemotingLink)consumer.Link).Connection;
}
