using RocketMQ.Broker.Remoting;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Pulling.Remoting;

/// <summary>PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361). What may have to come from the disk is read by a lane: the thread that reads requests has others to serve.</summary>
public sealed class PullMessageHandler(Pulls pulls, Lane coldReads) : IRequestHandler
{
    public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
    {
        var pull = Decode(context.Request);
        if (pulls.TryAnswer(pull, out var result, out var later))
        {
            return ValueTask.FromResult<RemotingCommand?>(PullReplies.Of(result));
        }

        var waiter = new RemotingWaiter<PullResult>(context.Park(), PullReplies.Of, PullReplies.Failed);
        if (!later.IsCold)
        {
            pulls.Wait(pull, later, waiter);
            return ValueTask.FromResult<RemotingCommand?>(null);
        }

        return ValueTask.FromResult(ReadElsewhere(context.Connection, pull, later, waiter));
    }

    private RemotingCommand? ReadElsewhere(RemotingConnection from, PullRequest pull, PullTurn later, RemotingWaiter<PullResult> waiter) =>
        coldReads.TryEnqueue(from, () =>
        {
            pulls.LookCold(pull, later, waiter);
            return Task.CompletedTask;
        })
            ? null
            : RemotingCommand.Response(ResponseCode.SystemBusy, new PullMessageRefusedHeader(), coldReads.Refusal);

    private static PullRequest Decode(RemotingCommand request)
    {
        var header = request.ReadHeader<PullMessageRequestHeader>();
        return new PullRequest
        {
            Group = header.ConsumerGroup,
            Topic = header.Topic,
            QueueId = header.QueueId,
            Offset = header.QueueOffset,
            MaxMessages = header.MaxMsgNums,
            MaxBytes = header.MaxMsgBytes ?? int.MaxValue,
            CommitOffset = (header.SysFlag & PullFlags.CommitOffset) != 0 ? header.CommitOffset : null,
            WaitMs = (header.SysFlag & PullFlags.Suspend) != 0 ? header.SuspendTimeoutMillis : null,
            HasSubscription = (header.SysFlag & PullFlags.Subscription) != 0,
            Subscription = header.Subscription,
            ExpressionType = header.ExpressionType,
            SubVersion = header.SubVersion,
            IsLite = request.Code == RequestCode.LitePullMessage,
        };
    }
}
