using System.Buffers;
using System.Collections.Concurrent;
using RocketMQ.Client.Core;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Consuming;

/// <summary>Pulls messages for a group, from the master or from the slave the broker suggested last.</summary>
internal sealed class MessagePuller(string group, Rpc rpc, BrokerTable brokers)
{
    private const int CommitBit = 1;
    private const int WaitBit = 2;
    private const int SubscriptionBit = 4;

    /// <summary>For the answer to arrive after the broker has waited as long as it may.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<MessageQueue, long> _suggested = new();

    /// <exception cref="BrokerException">The broker refused.</exception>
    /// <exception cref="Remoting.RemotingException">The broker did not answer.</exception>
    public async Task<PullResult> PullAsync(PullRequest pull, CancellationToken cancellationToken)
    {
        var (address, brokerId) = brokers.Reader(pull.Queue.BrokerName, _suggested.GetValueOrDefault(pull.Queue, BrokerEndpoints.MasterId));
        var request = RemotingCommand.Request(RequestCode.PullMessage, Header(pull, brokerId == BrokerEndpoints.MasterId));
        var response = await rpc.InvokeAsync(address, request, cancellationToken, pull.Wait + AnswerTime).ConfigureAwait(false);
        var status = response.Code switch
        {
            ResponseCode.Success => PullStatus.Found,
            ResponseCode.PullNotFound => PullStatus.NoNewMessage,
            ResponseCode.PullRetryImmediately => PullStatus.NoMatchingMessage,
            ResponseCode.PullOffsetMoved => PullStatus.OffsetIllegal,
            _ => throw new BrokerException(address, request.Code, response.Code, response.Remark),
        };
        var header = response.ReadHeader<PullMessageResponseHeader>();
        _suggested[pull.Queue] = header.SuggestWhichBrokerId;
        return new PullResult
        {
            Status = status,
            NextOffset = header.NextBeginOffset,
            MinOffset = header.MinOffset,
            MaxOffset = header.MaxOffset,
            Messages = status == PullStatus.Found ? Messages(response.Body, pull) : [],
        };
    }

    private PullMessageRequestHeader Header(PullRequest pull, bool isMaster)
    {
        // A slave stores no offsets.
        var commit = isMaster ? pull.CommitOffset : null;
        return new PullMessageRequestHeader
        {
            ConsumerGroup = group,
            Topic = pull.Queue.Topic,
            QueueId = pull.Queue.QueueId,
            QueueOffset = pull.Offset,
            MaxMsgNums = pull.MaxMessages,
            SysFlag = (commit is null ? 0 : CommitBit) | (pull.Wait > TimeSpan.Zero ? WaitBit : 0) | (pull.WithSubscription ? SubscriptionBit : 0),
            CommitOffset = commit ?? 0,
            SuspendTimeoutMillis = (long)pull.Wait.TotalMilliseconds,
            Subscription = pull.WithSubscription ? pull.Subscription.SubString : null,
            SubVersion = pull.Subscription.SubVersion,
            ExpressionType = pull.Subscription.ExpressionType,
            BrokerName = pull.Queue.BrokerName,
        };
    }

    private static List<ReceivedMessage> Messages(in ReadOnlySequence<byte> body, PullRequest pull)
    {
        var messages = new List<ReceivedMessage>(pull.MaxMessages);
        foreach (var stored in StoredMessage.ReadAll(body.IsSingleSegment ? body.FirstSpan : body.ToArray()))
        {
            var message = new ReceivedMessage(stored, pull.Queue.BrokerName);
            if (FilterExpression.Matches(pull.Subscription, message))
            {
                messages.Add(message);
            }
        }

        return messages;
    }
}
