using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Pulling;

/// <summary>A pull that is not carried out.</summary>
/// <param name="Code">The response code.</param>
/// <param name="Reason">What is wrong, and the way out.</param>
/// <param name="Forbids">With <see cref="ResponseCode.NoPermission"/>, who forbids it.</param>
public sealed record PullRefusal(int Code, string Reason, ForbiddenType? Forbids = null)
{
    public RemotingCommand ToResponse() =>
        RemotingCommand.Response(Code, new PullMessageRefusedHeader { ForbiddenType = (int?)Forbids }, Reason);
}
