using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Registration;

/// <summary>
/// The readable queues of a topic on all brokers of the cluster, as the name servers know them; asked again after
/// <see cref="LifetimeMs"/>. Without name servers, or when none answers, this broker's own.
/// </summary>
public sealed class TopicRoutes(BrokerOptions options, TopicTable topics, RemotingClient client, TimeProvider time)
{
    public const long LifetimeMs = 30_000;

    /// <summary>Topics remembered at once.</summary>
    public const int Capacity = 10_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, Route> _routes = new(StringComparer.Ordinal);

    /// <returns><see langword="null"/> when nobody knows the topic.</returns>
    public async ValueTask<List<MessageQueue>?> QueuesOfAsync(string topic, CancellationToken cancellationToken)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (_routes.TryGetValue(topic, out var route) && nowMs - route.AskedMs < LifetimeMs)
        {
            return [.. route.Queues];
        }

        if (await AskAsync(topic, cancellationToken).ConfigureAwait(false) is not { } queues)
        {
            return Own(topic);
        }

        if (_routes.Count >= Capacity)
        {
            _routes.Clear();
        }

        _routes[topic] = new Route(queues, nowMs);
        return [.. queues];
    }

    private async Task<List<MessageQueue>?> AskAsync(string topic, CancellationToken cancellationToken)
    {
        foreach (var address in options.NamesrvAddr.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                var request = RemotingCommand.Request(
                    RequestCode.GetRouteinfoByTopic, new GetRouteInfoRequestHeader { Topic = topic, AcceptStandardJsonOnly = true });
                var response = await client.InvokeAsync(address, request, Timeout, cancellationToken).ConfigureAwait(false);
                if (response.Code == ResponseCode.Success)
                {
                    return ReadableQueues(topic, response.ReadBody<TopicRouteData>());
                }
            }
            catch (RemotingException)
            {
                // The next name server may answer.
            }
        }

        return null;
    }

    private static List<MessageQueue> ReadableQueues(string topic, TopicRouteData route) =>
    [
        .. route.QueueDatas
            .Where(queues => TopicPermission.CanRead(queues.Perm))
            .SelectMany(queues => Enumerable.Range(0, queues.ReadQueueNums).Select(id => new MessageQueue(topic, queues.BrokerName, id))),
    ];

    private List<MessageQueue>? Own(string topic) =>
        topics.TryGet(topic, out var config)
            ? TopicPermission.CanRead(config.Perm)
                ? [.. Enumerable.Range(0, config.ReadQueueNums).Select(id => new MessageQueue(topic, options.BrokerName, id))]
                : []
            : null;

    private sealed record Route(List<MessageQueue> Queues, long AskedMs);
}
