namespace RocketMQ.Interop.Tests;

/// <summary>A test with a producer of the npm package, and a topic and a group of its own.</summary>
public abstract class InteropTest
{
    private readonly List<NodeConsumer> _consumers = [];

    protected string NameServer { get; private set; } = "";

    protected NodeProducer Producer { get; private set; } = null!;

    protected string Topic { get; private set; } = "";

    protected string Group { get; private set; } = "";

    [SetUp]
    public async Task StartProducer()
    {
        var unique = $"{TestContext.CurrentContext.Random.NextUInt():x}-{Environment.TickCount64:x}";
        Topic = $"topic-{unique}";
        Group = $"group-{unique}";
        NameServer = await SharedBroker.NameServerAsync();
        Producer = await NodeProducer.StartAsync(NameServer);
        await Producer.CreateTopicAsync(Topic, queues: 4);
        await RoutedAsync(Topic);
    }

    [TearDown]
    public async Task StopClients()
    {
        await Producer.DisposeAsync();
        foreach (var consumer in _consumers)
        {
            await consumer.DisposeAsync();
        }

        _consumers.Clear();
    }

    protected async Task<NodeConsumer> ConsumeAsync(ConsumerSettings? settings = null, string? group = null)
    {
        var consumer = await NodeConsumer.StartAsync(NameServer, group ?? Group, settings ?? new ConsumerSettings(Topic));
        _consumers.Add(consumer);
        return consumer;
    }

    /// <summary>A topic is created on the broker and reaches the name server a moment later.</summary>
    protected async Task RoutedAsync(string topic)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await Producer.FindRouteAsync(topic);
                return;
            }
            catch (NodeClientException e) when (e.Code == 17 && attempt < 200)
            {
                await Task.Delay(20);
            }
        }
    }
}
