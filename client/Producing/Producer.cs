using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Tracing;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client;

/// <summary>
/// Sends messages. Made by <see cref="RocketMQClient.CreateProducer"/>; safe for concurrent use, and one serves a whole application.
/// </summary>
/// <remarks>
/// Sends throw <see cref="ArgumentException"/> for a message that breaks a limit, <see cref="RouteNotFoundException"/> when no broker
/// takes the topic, <see cref="SendFailedException"/> when no attempt succeeded, and <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed class Producer : IProducerMember, IAsyncDisposable
{
    private readonly ProducerOptions _options;
    private readonly GroupTable _groups;
    private readonly Heartbeats _heartbeats;
    private readonly MessageEncoder _encoder;
    private readonly MessageSender _sender;
    private readonly SendPipeline _sending;
    private readonly Requester _requester;
    private readonly TraceRecorder? _trace;
    private readonly TimeProvider _time;

    internal Producer(ClientCore core, ProducerOptions options)
    {
        MessageRules.CheckGroup(options.Group);
        _options = options;
        _groups = core.Groups;
        _heartbeats = core.Heartbeats;
        _time = core.Time;
        _encoder = new MessageEncoder(options, core.Ids, core.Time);
        _sender = new MessageSender(core.Rpc, core.Brokers, options);
        _sending = new SendPipeline(options, core.Routes, _sender, core.Time);
        _requester = new Requester(core.Identity.ClientId, _encoder, _sending, core.Replies, core.Heartbeats, core.Time);
        _trace = options.Trace ? core.Trace.Value : null;
        _groups.AddProducer(this);
        _heartbeats.Poke();
    }

    public string Group => _options.Group;

    /// <summary>Sends a message to the next queue, or to the one of its sharding key, and waits until it is stored.</summary>
    public Task<SendReceipt> SendAsync(Message message, CancellationToken cancellationToken = default)
    {
        var outgoing = _encoder.Encode(message);
        return TracedAsync(message, outgoing, () => _sending.SendAsync(outgoing, message.ShardingKey, cancellationToken));
    }

    /// <summary>Sends a message to a queue.</summary>
    public Task<SendReceipt> SendAsync(Message message, MessageQueue queue, CancellationToken cancellationToken = default)
    {
        var outgoing = _encoder.Encode(message);
        return TracedAsync(message, outgoing, () => _sending.SendToAsync(outgoing, queue, cancellationToken));
    }

    /// <summary>Sends a message to the queue that <paramref name="selector"/> chooses.</summary>
    public async Task<SendReceipt> SendAsync(Message message, QueueSelector selector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selector);
        MessageRules.Check(message, _options.MaxMessageBytes);
        var queues = await _sending.QueuesAsync(message.Topic, cancellationToken).ConfigureAwait(false);
        return await SendAsync(message, selector(queues, message), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends messages of one topic together, to one queue. They are stored next to each other, or none of them is.</summary>
    public Task<SendReceipt> SendBatchAsync(IReadOnlyCollection<Message> messages, CancellationToken cancellationToken = default) =>
        _sending.SendAsync(_encoder.EncodeBatch(messages), shardingKey: null, cancellationToken);

    /// <summary>Sends messages of one topic together to a queue.</summary>
    public Task<SendReceipt> SendBatchAsync(
        IReadOnlyCollection<Message> messages, MessageQueue queue, CancellationToken cancellationToken = default) =>
        _sending.SendToAsync(_encoder.EncodeBatch(messages), queue, cancellationToken);

    /// <summary>Sends a message without waiting for an answer: it may get lost without anybody being told.</summary>
    public Task SendOnewayAsync(Message message, CancellationToken cancellationToken = default) =>
        _sending.SendOnewayAsync(_encoder.Encode(message), message.ShardingKey, cancellationToken);

    /// <summary>Sends a message and waits for the answer that a consumer of it gives with <see cref="ReplyAsync"/>.</summary>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    public Task<ReceivedMessage> RequestAsync(Message message, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _requester.RequestAsync(message, timeout, cancellationToken);

    /// <summary>Answers a message that was sent with <see cref="RequestAsync"/>.</summary>
    /// <exception cref="ArgumentException">The message asks for no answer.</exception>
    public Task<SendReceipt> ReplyAsync(ReceivedMessage request, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        var (message, properties) = Requester.ReplyTo(request, body);
        var outgoing = _encoder.Encode(message, systemProperties: properties) with { IsReply = true };

        // The broker the request came from is one that the requester is connected to.
        return _sender.SendAsync(outgoing, new MessageQueue(message.Topic, request.Queue.BrokerName, queueId: 0), cancellationToken);
    }

    /// <summary>The queues that messages of a topic can be sent to.</summary>
    public Task<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken = default)
    {
        MessageRules.CheckTopic(topic);
        return _sending.QueuesAsync(topic, cancellationToken);
    }

    /// <summary>Takes back a timed message that is not due yet.</summary>
    /// <param name="recallHandle">From the receipt of the send.</param>
    /// <returns>The id of the message taken back.</returns>
    /// <exception cref="BrokerException">The broker does not take it back: it is due, or no timed message.</exception>
    public async Task<string> RecallAsync(string topic, string recallHandle, CancellationToken cancellationToken = default)
    {
        var brokerName = RecallHandle.BrokerName(recallHandle);

        // Loads the broker's address.
        await _sending.QueuesAsync(topic, cancellationToken).ConfigureAwait(false);
        return await _sender.RecallAsync(topic, recallHandle, brokerName, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves the group. Sends in progress go on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_groups.RemoveProducer(this))
        {
            await _heartbeats.LeaveAsync(producerGroup: Group).ConfigureAwait(false);
        }
    }

    private Task<SendReceipt> TracedAsync(Message message, OutgoingMessage outgoing, Func<Task<SendReceipt>> send) =>
        _trace is null ? send() : TracedAsync(_trace, message, outgoing, send);

    private async Task<SendReceipt> TracedAsync(TraceRecorder trace, Message message, OutgoingMessage outgoing, Func<Task<SendReceipt>> send)
    {
        var started = _time.GetTimestamp();
        SendReceipt? receipt = null;
        try
        {
            return receipt = await send().ConfigureAwait(false);
        }
        finally
        {
            trace.Sent(Group, message, outgoing, StoreHost(receipt), _time.GetElapsedTime(started), receipt, message.IsDelayed ? TraceKind.Delayed : TraceKind.Normal);
        }
    }

    private static string StoreHost(SendReceipt? receipt) =>
        receipt is not null && OffsetMessageId.TryParse(receipt.OffsetMessageId, out var host, out _) ? host.ToString() : "";
}
