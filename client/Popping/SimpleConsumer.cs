using RocketMQ.Client.Core;
using RocketMQ.Client.Popping;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client;

/// <summary>
/// Receives messages one request at a time and acknowledges each on its own. Queues are not assigned: any number of consumers share a queue, and
/// what one does not acknowledge in time comes to another. Needs 5.x brokers. Made by <see cref="RocketMQClient.CreateSimpleConsumer"/>.
/// </summary>
public sealed class SimpleConsumer
{
    private const int AnyQueue = -1;
    private const int FromFirst = 0;
    private const int FromLast = 1;

    /// <summary>For the answer to arrive after the broker has waited as long as it may.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    /// <summary>How long one of several brokers is waited at before the next.</summary>
    private static readonly TimeSpan WaitSlice = TimeSpan.FromSeconds(3);

    private readonly SimpleConsumerOptions _options;
    private readonly Rpc _rpc;
    private readonly RouteTable _routes;
    private readonly BrokerTable _brokers;
    private readonly TimeProvider _time;
    private int _turn = Random.Shared.Next();

    internal SimpleConsumer(SimpleConsumerOptions options, Rpc rpc, RouteTable routes, BrokerTable brokers, TimeProvider time)
    {
        MessageRules.CheckGroup(options.Group);
        _options = options;
        _rpc = rpc;
        _routes = routes;
        _brokers = brokers;
        _time = time;
    }

    public string Group => _options.Group;

    /// <summary>Messages of a topic, hidden from others until <see cref="PoppedMessage.VisibleAgainAt"/>; none when there are none in time.</summary>
    /// <param name="maxMessages">1 to 32.</param>
    /// <exception cref="ArgumentException">The consumer does not subscribe to the topic.</exception>
    /// <exception cref="BrokerException">A broker refuses.</exception>
    public async Task<IReadOnlyList<PoppedMessage>> ReceiveAsync(
        string topic, int maxMessages = 16, TimeSpan? invisibleTime = null, CancellationToken cancellationToken = default)
    {
        if (!_options.Subscriptions.TryGetValue(topic, out var filter))
        {
            throw new ArgumentException($"The consumer does not subscribe to topic '{topic}'.", nameof(topic));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxMessages, 32);
        var pop = new PopMessageRequestHeader
        {
            ConsumerGroup = Group,
            Topic = topic,
            QueueId = AnyQueue,
            MaxMsgNums = maxMessages,
            InvisibleTime = (long)(invisibleTime ?? _options.InvisibleTime).TotalMilliseconds,
            InitMode = _options.ConsumeFrom == ConsumeFrom.LastOffset ? FromLast : FromFirst,
            ExpType = filter.Type,
            Exp = filter.Text,
            Order = _options.Ordered,
        };
        var route = await _routes.GetAsync(topic, cancellationToken).ConfigureAwait(false);
        return await PopAsync([.. route.ReadQueues.Select(q => q.BrokerName).Distinct()], pop, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The message is consumed.</summary>
    /// <exception cref="BrokerException">It was visible again already, or the broker refuses.</exception>
    public Task AckAsync(PoppedMessage message, CancellationToken cancellationToken = default)
    {
        var handle = message.Handle;
        return CallAsync(handle, RequestCode.AckMessage, new AckMessageRequestHeader
        {
            ConsumerGroup = Group,
            Topic = handle.RealTopic(message.Topic, Group),
            QueueId = handle.QueueId,
            ExtraInfo = handle.ToString(),
            Offset = handle.QueueOffset,
            BrokerName = handle.BrokerName,
        }, cancellationToken);
    }

    /// <summary>All these messages are consumed; one request for each broker.</summary>
    public Task AckAsync(IReadOnlyCollection<PoppedMessage> messages, CancellationToken cancellationToken = default) =>
        Task.WhenAll(messages.GroupBy(m => m.Handle.BrokerName).Select(broker =>
        {
            var body = new BatchAckMessageRequestBody { BrokerName = broker.Key, Acks = [.. BatchAcks.Of(broker, Group)] };
            var request = RemotingCommand.Request(RequestCode.BatchAckMessage, body: RemotingJson.Serialize(body));
            return _rpc.CallAsync(_brokers.Master(broker.Key), request, cancellationToken);
        }));

    /// <summary>Hides the message for another while, counted from now; or gives it back early.</summary>
    public async Task ChangeInvisibleTimeAsync(PoppedMessage message, TimeSpan invisibleTime, CancellationToken cancellationToken = default)
    {
        var handle = message.Handle;
        var response = await CallAsync(handle, RequestCode.ChangeMessageInvisibletime, new ChangeInvisibleTimeRequestHeader
        {
            ConsumerGroup = Group,
            Topic = handle.RealTopic(message.Topic, Group),
            QueueId = handle.QueueId,
            ExtraInfo = handle.ToString(),
            Offset = handle.QueueOffset,
            InvisibleTime = (long)invisibleTime.TotalMilliseconds,
            BrokerName = handle.BrokerName,
        }, cancellationToken).ConfigureAwait(false);
        var changed = response.ReadHeader<ChangeInvisibleTimeResponseHeader>();
        message.Handle = handle with
        {
            CheckPointOffset = handle.QueueOffset,
            PopTime = changed.PopTime,
            InvisibleTime = changed.InvisibleTime,
            ReviveQueueId = changed.ReviveQid,
        };
    }

    private Task<RemotingCommand> CallAsync(PopHandle handle, int code, ICommandHeader header, CancellationToken cancellationToken) =>
        _rpc.CallAsync(_brokers.Master(handle.BrokerName), RemotingCommand.Request(code, header), cancellationToken);

    /// <summary>
    /// Asks each broker for what it has, then waits at one after another. All at once would be quicker and lose messages: what a broker
    /// gives after the receive has ended stays hidden until its time is up.
    /// </summary>
    private async Task<IReadOnlyList<PoppedMessage>> PopAsync(string[] brokerNames, PopMessageRequestHeader pop, CancellationToken cancellationToken)
    {
        if (brokerNames.Length == 0)
        {
            throw new RouteNotFoundException($"No broker lets topic '{pop.Topic}' be read.");
        }

        var started = _time.GetTimestamp();
        for (var i = 0; ; i++)
        {
            var left = _options.AwaitTime - _time.GetElapsedTime(started);
            var isFirstRound = brokerNames.Length > 1 && i < brokerNames.Length;
            if (i > 0 && left <= TimeSpan.Zero)
            {
                return [];
            }

            var wait = isFirstRound ? TimeSpan.Zero : brokerNames.Length == 1 || left < WaitSlice ? left : WaitSlice;
            var broker = brokerNames[(uint)Interlocked.Increment(ref _turn) % brokerNames.Length];
            var messages = await PopAsync(broker, pop, wait, cancellationToken).ConfigureAwait(false);
            if (messages.Count > 0)
            {
                return messages;
            }
        }
    }

    private async Task<IReadOnlyList<PoppedMessage>> PopAsync(
        string brokerName, PopMessageRequestHeader pop, TimeSpan wait, CancellationToken cancellationToken)
    {
        pop.PollTime = (long)wait.TotalMilliseconds;
        pop.BornTime = _time.GetUtcNow().ToUnixTimeMilliseconds();
        pop.BrokerName = brokerName;
        var address = _brokers.Master(brokerName);
        var response = await _rpc.InvokeAsync(
            address, RemotingCommand.Request(RequestCode.PopMessage, pop), cancellationToken, wait + AnswerTime).ConfigureAwait(false);
        if (response.Code is ResponseCode.PullNotFound or ResponseCode.PollingTimeout or ResponseCode.PollingFull)
        {
            return [];
        }

        if (response.Code != ResponseCode.Success)
        {
            throw new BrokerException(address, RequestCode.PopMessage, response.Code, response.Remark);
        }

        var header = response.ReadHeader<PopMessageResponseHeader>();
        var starts = PopOffsets.Parse(header.StartOffsetInfo);
        return [.. StoredMessage.ReadAll(response.Body.FirstSpan).Select(m => new PoppedMessage(new ReceivedMessage(m, brokerName), pop.Topic, Handle(m)))];

        // Messages that come again bear their handle; those of the queue itself get one from the header.
        PopHandle Handle(StoredMessage message)
        {
            if (message.Properties.TryGetValue(PropertyNames.PopCheckPoint, out var given))
            {
                return PopHandle.Parse(given);
            }

            var flag = PopHandle.RetryFlagOf(message.Topic);
            var start = starts.GetValueOrDefault((flag, message.QueueId), message.QueueOffset);
            return new PopHandle(start, header.PopTime, header.InvisibleTime, header.ReviveQid, flag, brokerName, message.QueueId, message.QueueOffset);
        }
    }
}
