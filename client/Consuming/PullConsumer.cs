using RocketMQ.Client.Consuming;
using RocketMQ.Client.Core;
using RocketMQ.Client.Producing;
using RocketMQ.Client.Routing;

namespace RocketMQ.Client;

/// <summary>
/// Reads queues offset by offset, as the application says. It is no member of its group: nothing is shared out, and brokers do not call it.
/// </summary>
/// <remarks>
/// All methods throw <see cref="BrokerException"/> when a broker refuses, <see cref="Remoting.RemotingException"/> when none answers and
/// <see cref="RouteNotFoundException"/> when the topic or the broker is unknown.
/// </remarks>
public sealed class PullConsumer
{
    private const string LightPrefix = "%LMQ%";

    private readonly string _group;
    private readonly BrokerTable _brokers;
    private readonly MessagePuller _puller;
    private readonly QueueOffsets _offsets;
    private readonly RouteTable _routes;
    private readonly TimeProvider _time;

    internal PullConsumer(string group, Rpc rpc, BrokerTable brokers, RouteTable routes, TimeProvider time)
    {
        MessageRules.CheckGroup(group);
        _group = group;
        _puller = new MessagePuller(group, rpc, brokers);
        _offsets = new QueueOffsets(rpc, brokers);
        _brokers = brokers;
        _routes = routes;
        _time = time;
    }

    /// <summary>The queues of a topic that can be read.</summary>
    public async Task<IReadOnlyList<MessageQueue>> GetQueuesAsync(string topic, CancellationToken cancellationToken = default)
    {
        MessageRules.CheckTopic(topic);
        return (await _routes.GetAsync(topic, cancellationToken).ConfigureAwait(false)).ReadQueues;
    }

    /// <summary>Reads messages from an offset on.</summary>
    /// <param name="filter">All messages when absent.</param>
    /// <param name="wait">How long to wait for a message when the queue has none; not at all when absent.</param>
    public async Task<PullResult> PullAsync(
        MessageQueue queue, long offset, int maxMessages = 32, FilterExpression? filter = null, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        return await _puller.PullAsync(
            new PullRequest
            {
                Queue = queue,
                Offset = offset,
                MaxMessages = maxMessages,
                Subscription = (filter ?? FilterExpression.All).ToSubscription(queue.Topic, _time.GetUtcNow().ToUnixTimeMilliseconds()),
                WithSubscription = true,
                Wait = wait ?? TimeSpan.Zero,
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the group goes on; <see langword="null"/> when the broker has no offset of it.</summary>
    public async Task<long?> GetOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        return await _offsets.QueryAsync(_group, queue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores where the group goes on: every message before <paramref name="offset"/> is consumed.</summary>
    public async Task SetOffsetAsync(MessageQueue queue, long offset, CancellationToken cancellationToken = default)
    {
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        await _offsets.UpdateAsync(_group, queue, offset, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The offset of the first message that is still there.</summary>
    public async Task<long> GetMinOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        return await _offsets.MinAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The offset that the next message will get.</summary>
    public async Task<long> GetMaxOffsetAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        return await _offsets.MaxAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The offset of the first message stored at a time or later.</summary>
    public async Task<long> SearchOffsetAsync(MessageQueue queue, DateTimeOffset time, CancellationToken cancellationToken = default)
    {
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        return await _offsets.SearchAsync(queue, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>When the first message that is still there was stored; <see langword="null"/> when the queue is empty.</summary>
    public async Task<DateTimeOffset?> GetEarliestStoreTimeAsync(MessageQueue queue, CancellationToken cancellationToken = default)
    {
        await LocateAsync(queue, cancellationToken).ConfigureAwait(false);
        return await _offsets.EarliestStoreTimeAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The route of the topic brings the address of the broker. Light queues have no route: that of the topic they are fed from does.</summary>
    private async ValueTask LocateAsync(MessageQueue queue, CancellationToken cancellationToken)
    {
        if (!queue.Topic.StartsWith(LightPrefix, StringComparison.Ordinal) || !_brokers.Knows(queue.BrokerName))
        {
            await _routes.GetAsync(queue.Topic, cancellationToken).ConfigureAwait(false);
        }
    }
}
