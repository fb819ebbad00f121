using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client;

/// <summary>
/// Sends messages. Made by <see cref="RocketMQClient.CreateProducer"/>; safe for concurrent use, and one serves a whole application.
/// </summary>
/// <remarks>
/// Sends throw <see cref="ArgumentException"/> for a message that breaks a limit, <see cref="RouteNotFoundException"/> when no broker
/// takes the topic, <see cref="SendFailedException"/> when no attempt succeeded, and <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed class Producer : IAsyncDisposable
{
    private readonly ProducerOptions _options;
    private readonly RouteTable _routes;
    private readonly GroupTable _groups;
    private readonly Heartbeats _heartbeats;
    private readonly MessageEncoder _encoder;
    private readonly MessageSender _sender;
    private readonly BrokerHealth _health;
    private readonly QueueRotation _rotation;
    private readonly TimeProvider _time;

    internal Producer(
        ProducerOptions options, RouteTable routes, GroupTable groups, Heartbeats heartbeats, MessageEncoder encoder, MessageSender sender, TimeProvider time)
    {
        MessageRules.CheckGroup(options.Group);
        _options = options;
        _routes = routes;
        _groups = groups;
        _heartbeats = heartbeats;
        _encoder = encoder;
        _sender = sender;
        _time = time;
        _health = new BrokerHealth(time);
        _rotation = new QueueRotation(options.AvoidSlowBrokers ? _health : null);
        groups.AddProducer(this);
        heartbeats.Poke();
    }

    internal static Producer Create(ClientCore core, ProducerOptions options)
    {
        var ids = new UniqueMessageIdSource(core.Time, core.Identity.Address, core.Identity.ClientId.GetHashCode(StringComparison.Ordinal));
        return new Producer(
            options,
            core.Routes,
            core.Groups,
            core.Heartbeats,
            new MessageEncoder(options, ids, core.Time),
            new MessageSender(core.Rpc, core.Brokers, options),
            core.Time);
    }

    public string Group => _options.Group;

    /// <summary>Sends a message to the next queue, or to the one of its sharding key, and waits until it is stored.</summary>
    public Task<SendReceipt> SendAsync(Message message, CancellationToken cancellationToken = default) =>
        SendAsync(_encoder.Encode(message), message.ShardingKey, cancellationToken);

    /// <summary>Sends a message to a queue.</summary>
    public Task<SendReceipt> SendAsync(Message message, MessageQueue queue, CancellationToken cancellationToken = default) =>
        SendToAsync(_encoder.Encode(message), queue, cancellationToken);

    /// <summary>Sends a message to the queue that <paramref name="selector"/> chooses.</summary>
    public async Task<SendReceipt> SendAsync(Message message, QueueSelector selector, CancellationToken cancellationToken = default)
    {
        var outgoing = _encoder.Encode(message);
        var queues = await QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        return await SendToAsync(outgoing, selector(queues, message), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends messages of one topic together, to one queue. They are stored next to each other, or none of them is.</summary>
    public Task<SendReceipt> SendBatchAsync(IReadOnlyCollection<Message> messages, CancellationToken cancellationToken = default) =>
        SendAsync(_encoder.EncodeBatch(messages), shardingKey: null, cancellationToken);

    /// <summary>Sends messages of one topic together to a queue.</summary>
    public Task<SendReceipt> SendBatchAsync(
        IReadOnlyCollection<Message> messages, MessageQueue queue, CancellationToken cancellationToken = default) =>
        SendToAsync(_encoder.EncodeBatch(messages), queue, cancellationToken);

    /// <summary>Sends a message without waiting for an answer: it may get lost without anybody being told.</summary>
    public async Task SendOnewayAsync(Message message, CancellationToken cancellationToken = default)
    {
        var outgoing = _encoder.Encode(message);
        var queues = await QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        await _sender.SendOnewayAsync(outgoing, Choose(queues, message.Topic, message.ShardingKey, []), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The queues that messages of a topic can be sent to.</summary>
    public Task<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken = default)
    {
        MessageRules.CheckTopic(topic);
        return QueuesAsync(topic, cancellationToken);
    }

    /// <summary>Takes back a timed message that is not due yet.</summary>
    /// <param name="recallHandle">From the receipt of the send.</param>
    /// <returns>The id of the message taken back.</returns>
    /// <exception cref="BrokerException">The broker does not take it back: it is due, or no timed message.</exception>
    public Task<string> RecallAsync(string topic, string recallHandle, CancellationToken cancellationToken = default) =>
        _sender.RecallAsync(topic, recallHandle, cancellationToken);

    /// <summary>Leaves the group. Sends in progress go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_groups.RemoveProducer(this))
        {
            await _heartbeats.LeaveAsync(producerGroup: _options.Group).ConfigureAwait(false);
        }
    }

    internal async Task<SendReceipt> SendAsync(OutgoingMessage message, string? shardingKey, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        var tried = new List<string>();
        while (failures.Count <= _options.Retries)
        {
            var queues = await QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
            var queue = Choose(queues, message.Topic, shardingKey, tried);
            tried.Add(queue.BrokerName);
            try
            {
                return await AttemptAsync(message, queue, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (IsWorthRetrying(e))
            {
                failures.Add(e);
                if (e is BrokerException { Code: ResponseCode.TopicNotExist })
                {
                    await _routes.RefreshAsync(message.Topic, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (BrokerException e)
            {
                throw new SendFailedException(message.Topic, [.. failures, e]);
            }
        }

        throw new SendFailedException(message.Topic, failures);
    }

    internal async Task<SendReceipt> SendToAsync(OutgoingMessage message, MessageQueue queue, CancellationToken cancellationToken)
    {
        try
        {
            // Loads the broker's address.
            await QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
            return await AttemptAsync(message, queue, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BrokerException or RemotingException)
        {
            throw new SendFailedException(message.Topic, [e]);
        }
    }

    private async Task<SendReceipt> AttemptAsync(OutgoingMessage message, MessageQueue queue, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            var receipt = await _sender.SendAsync(message, queue, cancellationToken).ConfigureAwait(false);
            _health.Answered(queue.BrokerName, _time.GetElapsedTime(started));
            return receipt;
        }
        catch (Exception e) when (e is BrokerException or RemotingException)
        {
            _health.Failed(queue.BrokerName);
            throw;
        }
    }

    /// <summary>Whether another broker may do better. Others would refuse an illegal message as well.</summary>
    private static bool IsWorthRetrying(Exception failure) => failure switch
    {
        RemotingException => true,
        BrokerException broker => broker.Code is ResponseCode.SystemError or ResponseCode.SystemBusy or ResponseCode.ServiceNotAvailable
            or ResponseCode.NoPermission or ResponseCode.TopicNotExist or ResponseCode.NoBuyerId or ResponseCode.NotInCurrentUnit
            or ResponseCode.GoAway,
        _ => false,
    };

    private MessageQueue Choose(IReadOnlyList<MessageQueue> queues, string topic, string? shardingKey, IReadOnlyCollection<string> tried) =>
        shardingKey is null
            ? _rotation.Next(topic, queues, tried)
            : queues[(int)((uint)JavaHash.Of(shardingKey) % (uint)queues.Count)];

    private async Task<IReadOnlyList<MessageQueue>> QueuesAsync(string topic, CancellationToken cancellationToken)
    {
        var route = await _routes.GetForWritingAsync(topic, _options.NewTopicQueues, cancellationToken).ConfigureAwait(false);
        return route.WriteQueues.Count > 0
            ? route.WriteQueues
            : throw new RouteNotFoundException($"No broker takes messages for topic '{topic}': every one that holds it lacks a master or the permission to write.");
    }
}
