using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Transactions;

/// <summary>RESUME_CHECK_HALF_MESSAGE (323): a half message that was given up is checked again, from the first time on. Reads the log: runs on a lane.</summary>
public sealed class ResumeCheckHandler(TransactionChecks checks) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var id = context.Request.ReadHeader<ResumeCheckHalfMessageRequestHeader>().MsgId;
        if (!OffsetMessageId.TryParse(id, out _, out var offset))
        {
            return RemotingCommand.Response(
                ResponseCode.SystemError, $"'{id}' does not say where the message is stored: its offset message id is needed, of 32 or 56 hexadecimal digits");
        }

        var refusal = checks.Resume(offset)
            ?? (await checks.Stored.WaitStoredAsync().ConfigureAwait(false)).Refuse("the half message", "It is checked; resume it again after a crash.");
        return refusal?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
    }
}
