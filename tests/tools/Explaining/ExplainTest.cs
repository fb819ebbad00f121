using Newtonsoft.Json.Linq;
using RocketMQ.Client;
using RocketMQ.MqAdmin;
using RocketMQ.Protocol.Bodies;
using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests.Explaining;

/// <summary>A live host, a topic of one queue and a group of its own for each test, and <c>mqadmin explain</c> against them.</summary>
public abstract class ExplainTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Lazy<Task<StandaloneHost>> Shared = new(() => StandaloneHost.StartNewAsync(
        "enablePropertyFilter=true", "recallMessageEnable=true", "metricsPromExporterPort=0", "transactionTimeOut=600000"));
    private static int _scenes;
    private readonly List<IAsyncDisposable> _parts = [];

    protected RocketMQClient Client { get; private set; } = null!;

    protected Producer Producer { get; private set; } = null!;

    protected string Topic { get; private set; } = "";

    protected string Group { get; private set; } = "";

    protected static StandaloneHost Host => Shared.Value.Result;

    public static async Task StopAsync()
    {
        if (Shared.IsValueCreated)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    [SetUp]
    public async Task SetTheScene()
    {
        await Shared.Value;
        var number = Interlocked.Increment(ref _scenes);
        Topic = $"Orders{number}";
        Group = $"billing{number}";
        Client = NewClient();
        Producer = Client.CreateProducer(new ProducerOptions { Group = $"makers{number}" });
        await CreateTopicAsync(Topic);
    }

    [TearDown]
    public async Task StrikeTheScene()
    {
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        _parts.Clear();
        await Producer.DisposeAsync();
        await Client.DisposeAsync();
    }

    private static RocketMQClient NewClient() => new(new ClientOptions { NameServers = Host.NameServer, InstanceName = Guid.NewGuid().ToString("N") });

    protected Task CreateTopicAsync(string topic, int perm = 6) =>
        Client.Admin.Topics.CreateOrUpdateAsync(Host.Broker, new TopicConfig { TopicName = topic, ReadQueueNums = 1, WriteQueueNums = 1, Perm = perm });

    protected Task<SendReceipt> SendAsync(Func<Message, Message>? shape = null)
    {
        var message = new Message(Topic, "x"u8.ToArray()) { Tag = "A" };
        return Producer.SendAsync(shape?.Invoke(message) ?? message);
    }

    /// <summary>A push consumer of the group, on a client of its own.</summary>
    protected async Task<PushConsumer> ConsumeAsync(
        Func<PushConsumerOptions, PushConsumerOptions>? configure = null, FilterExpression? filter = null, string? topic = null, MessageHandler? handler = null)
    {
        var options = new PushConsumerOptions
        {
            Group = Group,
            Subscriptions = new Dictionary<string, FilterExpression> { [topic ?? Topic] = filter ?? FilterExpression.All },
            ConsumeFrom = ConsumeFrom.FirstOffset,
            OffsetPersistInterval = TimeSpan.FromMilliseconds(100),
            RebalanceInterval = TimeSpan.FromMilliseconds(300),
            StopTimeout = TimeSpan.FromMilliseconds(100),
        };
        var client = NewClient();
        _parts.Add(client);
        var consumer = await client.StartPushConsumerAsync(configure?.Invoke(options) ?? options, handler ?? ((_, _) => new(ConsumeResult.Success)));
        _parts.Add(consumer);
        return consumer;
    }

    /// <summary>The first explanation of a message for the group.</summary>
    protected Task<JObject> ExplainAsync(SendReceipt sent) => ExplainAsync($"-i {sent.MessageId} -t {Topic} -g {Group}");

    protected static async Task<JObject> ExplainAsync(string words)
    {
        var outcome = await RunAsync(words + " --json");
        return (JObject)outcome.Done().Json["explanations"]![0]!;
    }

    protected static async Task<Outcome> RunAsync(string words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var code = await CommandLine.RunAsync(
            ["explain", .. words.Split(' '), "-n", Host.NameServer], new Surroundings { Output = output, Error = error }, patience.Token);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>Explains until the verdict is the one waited for, and the reason has these words.</summary>
    protected async Task<JObject> BecomesAsync(SendReceipt sent, string verdict, string because = "")
    {
        var started = Environment.TickCount64;
        while (true)
        {
            var explanation = await ExplainAsync(sent);
            if ((string?)explanation["verdict"] == verdict && Reason(explanation).Contains(because))
            {
                return explanation;
            }

            if (Environment.TickCount64 - started > Patience.TotalMilliseconds)
            {
                Assert.Fail($"The verdict is not {verdict} {because} but:\n{explanation}");
            }

            await Task.Delay(200);
        }
    }

    protected static string Reason(JObject explanation) => (string)explanation["reason"]!;

    protected static IEnumerable<string> Story(JObject explanation) => explanation["timeline"]!.Select(f => (string)f["what"]!);

    protected static DateTimeOffset LastTime(JObject explanation) => (DateTimeOffset)explanation["timeline"]!.Last!["time"]!;
}
