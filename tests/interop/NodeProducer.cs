namespace RocketMQ.Interop.Tests;

/// <summary>A producer of the npm package.</summary>
public sealed class NodeProducer : NodeDriver
{
    private NodeProducer(string nameServer, string group)
        : base("producer.js", nameServer, group)
    {
    }

    public static async Task<NodeProducer> StartAsync(string nameServer, string group = "interop-producers")
    {
        var producer = new NodeProducer(nameServer, group);
        await producer.CallAsync("ready");
        return producer;
    }

    public Task CreateTopicAsync(string topic, int queues = 4) => CallAsync("createTopic", new { topic, queues });

    /// <exception cref="NodeClientException">Code 17: the name server does not know the topic.</exception>
    public Task FindRouteAsync(string topic) => CallAsync("findRoute", new { topic });

    /// <summary>Lets the client send to a topic that does not exist yet, by the default topic's route.</summary>
    public Task RouteLikeDefaultTopicAsync(string topic) => CallAsync("routeLikeDefaultTopic", new { topic });

    public Task<SentMessage> SendAsync(OutgoingMessage message) => CallAsync<SentMessage>("send", message);

    public Task SendOnewayAsync(OutgoingMessage message) => CallAsync("sendOneway", message);

    /// <summary>Sends bodies <paramref name="prefix"/>0, 1, 2 … one after another and returns them.</summary>
    public async Task<List<string>> SendManyAsync(string topic, string prefix, int count)
    {
        var bodies = Enumerable.Range(0, count).Select(i => $"{prefix}{i}").ToList();
        foreach (var body in bodies)
        {
            await SendAsync(new OutgoingMessage(topic, body));
        }

        return bodies;
    }

    public Task CloseAsync() => CallAsync("close");
}
