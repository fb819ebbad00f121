using RocketMQ.Protocol.Commands;

namespace RocketMQ.Broker.Sending;

/// <summary>A request that is not carried out: the response code and the reason, which names the limit and the way out.</summary>
public sealed record Refusal(int Code, string Reason)
{
    public RemotingCommand ToResponse() => RemotingCommand.Response(Code, Reason);
}
