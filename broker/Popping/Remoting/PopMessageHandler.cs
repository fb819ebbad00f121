using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Popping.Remoting;

/// <summary>POP_MESSAGE (200050). One that may have to read from the disk is served by a lane: the thread that reads requests does not wait for it.</summary>
internal sealed class PopMessageHandler(Pops pops, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var waiter = new RemotingWaiter<PopResult>(context.Park(), PopReplies.OfTouched, PopReplies.Failed);
        if (pops.Begin(Decode(context.Request), waiter, out var refusal) is not { } pop)
        {
            return ValueTask.FromResult<RemotingCommand?>(PopReplies.Of(new PopResult(refusal, null)));
        }

        return pop.MayBlock ? coldReads.AnswerAsync(context.Connection, () => AnswerAsync(pop, PopReplies.OfTouched)) : AnswerAsync(pop, PopReplies.Of);
    }

    private static async ValueTask<RemotingCommand?> AnswerAsync(ParkedRequest<PopResult> pop, Func<PopResult, RemotingCommand> encode) =>
        await pop.AnswerAsync().ConfigureAwait(false) is { } result ? encode(result) : null;

    private static PopRequest Decode(RemotingCommand request)
    {
        var header = request.ReadHeader<PopMessageRequestHeader>();
        return new PopRequest
        {
            Topic = header.Topic,
            Group = header.ConsumerGroup,
            QueueId = header.QueueId,
            MaxMessages = header.MaxMsgNums,
            InvisibleMs = header.InvisibleTime,
            WaitMs = header.PollTime,
            BornMs = header.BornTime,
            InitMode = header.InitMode,
            ExpressionType = header.ExpType,
            Expression = header.Exp,
            IsOrdered = header.Order == true,
            AttemptId = header.AttemptId,
        };
    }
}
