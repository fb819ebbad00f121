using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Transactions.Remoting;

/// <summary>RESUME_CHECK_HALF_MESSAGE (323). Reads the log: runs on a lane.</summary>
public sealed class ResumeCheckHandler(ResumedChecks checks, ICallers callers) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var id = context.Request.ReadHeader<ResumeCheckHalfMessageRequestHeader>().MsgId;
        if (!OffsetMessageId.TryParse(id, out _, out var offset))
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError, $"'{id}' does not say where the message is stored: its offset message id is needed, of 32 or 56 hexadecimal digits");
        }

        return (await checks.ResumeAsync(offset, callers.Of(context)).ConfigureAwait(false))?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
