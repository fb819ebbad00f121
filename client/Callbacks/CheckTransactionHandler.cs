using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Callbacks;

/// <summary>CHECK_TRANSACTION_STATE (39): a broker asks what became of a transaction. Runs application code: on a lane.</summary>
internal sealed class CheckTransactionHandler(GroupTable groups, ILogger logger) : IRequestHandler
{
    public async ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var header = context.Request.ReadHeader<CheckTransactionStateRequestHeader>();
        var half = StoredMessage.ReadAll(context.Request.Body.FirstSpan)[0];
        var group = half.Properties.GetValueOrDefault(PropertyNames.ProducerGroup) ?? "";
        if (groups.Producer(group) is ITransactionParticipant participant)
        {
            await participant.CheckAsync(half, header, context.Connection, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            Log.NobodyToCheck(logger, group);
        }

        return null;
    }
}
