using Microsoft.Extensions.Logging;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;
using RocketMQ.Client.Tracing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client;

/// <summary>
/// Sends messages that are delivered only if a local transaction commits. Made by <see cref="RocketMQClient.CreateTransactionProducer"/>.
/// </summary>
public sealed class TransactionProducer : ITransactionParticipant, IAsyncDisposable
{
    private readonly ProducerOptions _options;
    private readonly TransactionChecker _checker;
    private readonly GroupTable _groups;
    private readonly Heartbeats _heartbeats;
    private readonly BrokerTable _brokers;
    private readonly Rpc _rpc;
    private readonly MessageEncoder _encoder;
    private readonly SendPipeline _sending;
    private readonly TraceRecorder? _trace;
    private readonly ILogger _logger;

    internal TransactionProducer(ClientCore core, ProducerOptions options, TransactionChecker checker)
    {
        MessageRules.CheckGroup(options.Group);
        _options = options;
        _checker = checker;
        _groups = core.Groups;
        _heartbeats = core.Heartbeats;
        _brokers = core.Brokers;
        _rpc = core.Rpc;
        _encoder = new MessageEncoder(options, core.Ids, core.Time);
        _sending = new SendPipeline(options, core.Routes, new MessageSender(core.Rpc, core.Brokers, options), core.Time);
        _trace = options.Trace ? core.Trace.Value : null;
        _logger = core.Loggers.CreateLogger<TransactionProducer>();
        _groups.AddProducer(this);
        _heartbeats.Poke();
    }

    public string Group => _options.Group;

    /// <summary>
    /// Stores the message out of consumers' sight, runs the local transaction, and tells the broker how it ended. When the local
    /// transaction throws, or the broker can't be told, the broker asks the group's <see cref="TransactionChecker"/> later.
    /// </summary>
    /// <exception cref="ArgumentException">The message breaks a limit, or is to be delayed as well.</exception>
    /// <exception cref="SendFailedException">The message was not stored; the local transaction was not run.</exception>
    public async Task<TransactionReceipt> SendAsync(Message message, LocalTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (message.IsDelayed)
        {
            throw new ArgumentException("A message of a transaction can't be delayed as well.", nameof(message));
        }

        var outgoing = _encoder.Encode(message, MessageSysFlag.TransactionPrepared, new Dictionary<string, string>
        {
            [PropertyNames.TransactionPrepared] = "true",
            [PropertyNames.ProducerGroup] = Group,
        });
        var half = await _sending.SendAsync(outgoing, message.ShardingKey, cancellationToken).ConfigureAwait(false);
        var state = half.Status == SendStatus.Stored
            ? await transaction(half.MessageId, cancellationToken).ConfigureAwait(false)
            : TransactionState.Rollback;
        await EndAsync(message.Topic, half, state).ConfigureAwait(false);
        return new TransactionReceipt(half, state);
    }

    /// <summary>Leaves the group. Brokers then ask other producers of it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_groups.RemoveProducer(this))
        {
            await _heartbeats.LeaveAsync(producerGroup: Group).ConfigureAwait(false);
        }
    }

    async Task ITransactionParticipant.CheckAsync(
        StoredMessage half, CheckTransactionStateRequestHeader check, RemotingConnection connection, CancellationToken cancellationToken)
    {
        TransactionState state;
        try
        {
            state = await _checker(new ReceivedMessage(half, check.BrokerName ?? ""), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.TransactionCheckFailed(_logger, Group, half.MessageId, e);
            state = TransactionState.Unknown;
        }

        _trace?.TransactionEnded(Group, half.Topic, half.MessageId, half.StoreHost.ToString(), TraceName(state), fromCheck: true);
        connection.TrySendOneway(RemotingCommand.Request(RequestCode.EndTransaction, new EndTransactionRequestHeader
        {
            Topic = half.Topic,
            ProducerGroup = Group,
            TranStateTableOffset = check.TranStateTableOffset,
            CommitLogOffset = check.CommitLogOffset,
            CommitOrRollback = (int)state,
            FromTransactionCheck = true,
            MsgId = half.UniqueKey ?? check.MsgId ?? half.OffsetMessageId,
            TransactionId = check.TransactionId,
            BrokerName = check.BrokerName,
        }));
    }

    private static string TraceName(TransactionState state) => state switch
    {
        TransactionState.Commit => "COMMIT_MESSAGE",
        TransactionState.Rollback => "ROLLBACK_MESSAGE",
        _ => "UNKNOW",
    };

    /// <summary>The message is safe whatever happens here: a broker that was not told asks.</summary>
    private async Task EndAsync(string topic, SendReceipt half, TransactionState state)
    {
        try
        {
            if (!OffsetMessageId.TryParse(half.OffsetMessageId, out var host, out var offset))
            {
                throw new RocketMQException($"The broker gave the message the id '{half.OffsetMessageId}', which holds no offset.");
            }

            _trace?.TransactionEnded(Group, topic, half.MessageId, host.ToString(), TraceName(state), fromCheck: false);
            var request = RemotingCommand.Request(RequestCode.EndTransaction, new EndTransactionRequestHeader
            {
                Topic = topic,
                ProducerGroup = Group,
                TranStateTableOffset = half.QueueOffset,
                CommitLogOffset = offset,
                CommitOrRollback = (int)state,
                MsgId = half.MessageId,
                TransactionId = half.MessageId,
                BrokerName = half.Queue.BrokerName,
            });
            var address = _brokers.Master(half.Queue.BrokerName);
            if (state == TransactionState.Unknown)
            {
                // This one alone is never answered.
                await _rpc.SendOnewayAsync(address, request, CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                await _rpc.CallAsync(address, request, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is RemotingException or RocketMQException)
        {
            Log.EndTransactionFailed(_logger, half.MessageId, e.Message);
        }
    }
}
