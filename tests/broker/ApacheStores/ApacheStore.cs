using System.Collections.Concurrent;
using System.IO.Compression;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.ApacheStores;

/// <summary>What Apache's broker left behind when it stopped, taken over by this one on a virtual clock.</summary>
internal sealed class ApacheStore : IAsyncDisposable
{
    private readonly GoldenStore _store;

    private ApacheStore(GoldenStore store, VirtualTimeProvider clock, TestBroker broker)
    {
        _store = store;
        Clock = clock;
        Broker = broker;
    }

    public VirtualTimeProvider Clock { get; }

    public TestBroker Broker { get; }

    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <param name="store">Its name in tests/store/golden.</param>
    /// <param name="openedAtMs">The time it is then.</param>
    /// <param name="asked">Gets an entry for each transaction that is asked about.</param>
    /// <param name="loseOffsets">Takes the groups' offsets away first.</param>
    public static async Task<ApacheStore> OpenAsync(string store, long openedAtMs, ConcurrentQueue<int>? asked = null, bool loseOffsets = false)
    {
        var unpacked = GoldenStore.Unpack(store);
        if (loseOffsets)
        {
            File.Delete(Path.Combine(unpacked.Path, "config", "consumerOffset.json"));
            File.Delete(Path.Combine(unpacked.Path, "config", "consumerOffset.json.bak"));
        }

        var clock = new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(openedAtMs));
        var table = new RequestTable.Builder().Add(RequestCode.CheckTransactionState, new Counter(asked ?? [])).Build();
        var broker = await TestBroker.StartAsync(
            o => o with { BrokerClusterName = "GoldenCluster", BrokerName = "broker-golden" }, _ => unpacked.Options, clock, unpacked.Path, table);
        return new ApacheStore(unpacked, clock, broker);
    }

    /// <summary>What is known of a store: expected.json, expected53.json, expected53-lmq.json.</summary>
    public static JObject Expected(string name)
    {
        using var packed = new GZipStream(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", name + ".gz")), CompressionMode.Decompress);
        using var text = new StreamReader(packed);
        return JObject.Parse(text.ReadToEnd());
    }

    public async Task<List<StoredMessage>> MessagesAsync(string topic, int queueId = 0)
    {
        var messages = new List<StoredMessage>();
        while (TestBroker.Messages(await Broker.PullAsync(topic, queueId, messages.Count)) is { Count: > 0 } more)
        {
            messages.AddRange(more);
        }

        return messages;
    }

    public async Task<string?[]> KeysAsync(string topic, int queueId = 0) => [.. (await MessagesAsync(topic, queueId)).Select(m => m.Keys)];

    /// <summary>Hours without a word have ended the connection; the first call after that may find it out.</summary>
    public async Task ReconnectAsync()
    {
        try
        {
            await Broker.PullAsync("TBW102", 0, 0);
        }
        catch (RemotingException)
        {
            // The next call connects anew.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        _store.Dispose();
    }

    private sealed class Counter(ConcurrentQueue<int> asked) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            asked.Enqueue(context.Request.Code);
            return ValueTask.FromResult<RemotingCommand?>(null);
        }
    }
}
