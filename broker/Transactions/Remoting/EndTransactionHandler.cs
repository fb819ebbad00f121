using RocketMQ.Broker.Auth;
using RocketMQ.Broker.Auth.Remoting;
using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Transactions.Remoting;

/// <summary>END_TRANSACTION (37). "Unknown" is left to the checks and has no answer.</summary>
public sealed class EndTransactionHandler(TransactionEnds ends, ICallers callers, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<EndTransactionRequestHeader>();
        if (header.CommitOrRollback is not (MessageSysFlag.TransactionCommit or MessageSysFlag.TransactionRollback))
        {
            return ValueTask.FromResult<RemotingCommand?>(null);
        }

        var end = new TransactionEnd(
            header.ProducerGroup, header.TranStateTableOffset, header.CommitLogOffset, header.CommitOrRollback == MessageSysFlag.TransactionCommit,
            header.FromTransactionCheck, header.MsgId);
        var caller = callers.Of(context);
        return ends.IsHot(end) ? EndAsync(context.Connection, end, caller) : EndOnLaneAsync(context.Connection, end, caller);
    }

    private async ValueTask<RemotingCommand?> EndAsync(RemotingConnection from, TransactionEnd end, Caller caller)
    {
        var result = await ends.EndAsync(end, caller, mayBlock: false).ConfigureAwait(false);
        return result.NeedsFiles ? await EndOnLaneAsync(from, end, caller).ConfigureAwait(false) : Answer(result);
    }

    private ValueTask<RemotingCommand?> EndOnLaneAsync(RemotingConnection from, TransactionEnd end, Caller caller) =>
        coldReads.AnswerAsync(from, async () => Answer(await ends.EndAsync(end, caller, mayBlock: true).ConfigureAwait(false)));

    private static RemotingCommand? Answer(in TransactionEndResult result) => result.Refusal?.ToResponse() ?? RemotingCommand.Response(ResponseCode.Success);
}
