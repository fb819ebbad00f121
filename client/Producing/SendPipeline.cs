using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;

namespace RocketMQ.Client.Producing;

/// <summary>Chooses a queue for each message and tries again at another broker when that one fails.</summary>
internal sealed class SendPipeline
{
    private readonly ProducerOptions _options;
    private readonly RouteTable _routes;
    private readonly MessageSender _sender;
    private readonly TimeProvider _time;
    private readonly BrokerHealth _health;
    private readonly QueueRotation _rotation;

    public SendPipeline(ProducerOptions options, RouteTable routes, MessageSender sender, TimeProvider time)
    {
        _options = options;
        _routes = routes;
        _sender = sender;
        _time = time;
        _health = new BrokerHealth(time);
        _rotation = new QueueRotation(options.AvoidSlowBrokers ? _health : null);
    }

    /// <summary>Sends to the next queue, or to that of the sharding key.</summary>
    public async Task<SendReceipt> SendAsync(OutgoingMessage message, string? shardingKey, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        var tried = new List<string>();
        var patience = new Backoff(_options.SendTimeout, _time);
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
                // A broker that nobody can stand in for may have moved, or is being restarted: what was not sent waits for it.
                var isAlone = e is RemotingException && (shardingKey is not null || queues.All(q => tried.Contains(q.BrokerName)));
                if (isAlone || e is BrokerException { Code: ResponseCode.TopicNotExist })
                {
                    await _routes.RefreshAsync(message.Topic, cancellationToken).ConfigureAwait(false);
                }

                if (!isAlone || e is not RemotingConnectException || !await patience.WaitAsync(cancellationToken).ConfigureAwait(false))
                {
                    failures.Add(e);
                    patience = new Backoff(_options.SendTimeout, _time);
                }
            }
            catch (BrokerException e)
            {
                throw new SendFailedException(message.Topic, [.. failures, e]);
            }
        }

        throw new SendFailedException(message.Topic, failures);
    }

    /// <summary>Sends to one queue, once; while its broker can't be reached, it waits as long as an answer may take.</summary>
    public async Task<SendReceipt> SendToAsync(OutgoingMessage message, MessageQueue queue, CancellationToken cancellationToken)
    {
        // Loads the broker's address.
        await QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        var patience = new Backoff(_options.SendTimeout, _time);
        while (true)
        {
            try
            {
                return await AttemptAsync(message, queue, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is BrokerException or RemotingException)
            {
                if (e is not RemotingConnectException || !await patience.WaitAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new SendFailedException(message.Topic, [e]);
                }

                await _routes.RefreshAsync(message.Topic, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async Task SendOnewayAsync(OutgoingMessage message, string? shardingKey, CancellationToken cancellationToken)
    {
        var queues = await QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        await _sender.SendOnewayAsync(message, Choose(queues, message.Topic, shardingKey, []), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the topic's messages go. A broker whose master is gone has another soon: that is waited for as long as an answer may take.</summary>
    /// <exception cref="RouteNotFoundException">No broker takes messages for the topic.</exception>
    public async Task<IReadOnlyList<MessageQueue>> QueuesAsync(string topic, CancellationToken cancellationToken)
    {
        var patience = new Backoff(_options.SendTimeout, _time);
        while (true)
        {
            var route = await _routes.GetForWritingAsync(topic, _options.NewTopicQueues, cancellationToken).ConfigureAwait(false);
            if (route.WriteQueues.Count > 0)
            {
                return route.WriteQueues;
            }

            if (!route.LacksMaster || !await patience.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new RouteNotFoundException($"No broker takes messages for topic '{topic}': every one that holds it lacks a master or the permission to write.");
            }

            await _routes.RefreshAsync(topic, cancellationToken).ConfigureAwait(false);
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

    private async Task<SendReceipt> AttemptAsync(OutgoingMessage message, MessageQueue queue, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            var receipt = await _sender.SendAsync(message, queue, cancellationToken).ConfigureAwait(false);
            _health.Answered(queue.BrokerName, _time.GetElapsedTime(started));
            return receipt;
        }
        catch (Exception e) when (IsWorthRetrying(e))
        {
            _health.Failed(queue.BrokerName);
            throw;
        }
    }

    private MessageQueue Choose(IReadOnlyList<MessageQueue> queues, string topic, string? shardingKey, IReadOnlyCollection<string> tried) =>
        shardingKey is null
            ? _rotation.Next(topic, queues, tried)
            : queues[(int)((uint)JavaHash.Of(shardingKey) % (uint)queues.Count)];
}
