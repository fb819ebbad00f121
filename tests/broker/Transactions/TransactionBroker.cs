using System.Collections.Concurrent;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Transactions;

/// <summary>A broker on a virtual clock and one transaction producer of group <c>tx</c>, which collects what it is asked.</summary>
internal sealed class TransactionBroker : IAsyncDisposable
{
    private const int Commit = 8;

    private TransactionBroker(VirtualTimeProvider clock, TestBroker broker, ConcurrentQueue<Asked> asked)
    {
        Clock = clock;
        Broker = broker;
        Checks = asked;
    }

    public VirtualTimeProvider Clock { get; }

    public TestBroker Broker { get; private set; }

    /// <summary>What the producer was asked and has not looked at.</summary>
    public ConcurrentQueue<Asked> Checks { get; }

    public static async Task<TransactionBroker> StartAsync(
        Func<BrokerOptions, BrokerOptions>? configure = null, VirtualTimeProvider? clock = null, string? directory = null,
        Func<StoreOptions, StoreOptions>? configureStore = null, IStoreFileSystem? files = null)
    {
        clock ??= new VirtualTimeProvider();
        var asked = new ConcurrentQueue<Asked>();
        var table = new RequestTable.Builder().Add(RequestCode.CheckTransactionState, new CheckHandler(asked)).Build();
        var broker = await TestBroker.StartAsync(configure, configureStore, clock, directory, table, files);
        return new TransactionBroker(clock, broker, asked);
    }

    public async Task RestartAsync()
    {
        var table = new RequestTable.Builder().Add(RequestCode.CheckTransactionState, new CheckHandler(Checks)).Build();
        await Broker.Client.DisposeAsync();
        await Broker.Server.DisposeAsync();
        Broker = await TestBroker.StartAsync(time: Clock, directory: Broker.Directory, clientTable: table);
    }

    public async Task<SendMessageResponseHeader> SendHalfAsync(string topic, string body, params KeyValuePair<string, string>[] more)
    {
        var sent = await TrySendHalfAsync(topic, body, more);
        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        return sent.ReadHeader<SendMessageResponseHeader>();
    }

    public Task<RemotingCommand> TrySendHalfAsync(string topic, string body, params KeyValuePair<string, string>[] more)
    {
        var header = TestBroker.SendHeader(
            topic, 1, [new("TRAN_MSG", "true"), new("PGROUP", "tx"), new("UNIQ_KEY", "id-" + body), new("TAGS", "t"), .. more], sysFlag: 4);
        header.BornTimestamp = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return Broker.CallAsync(RequestCode.SendMessageV2, header, System.Text.Encoding.UTF8.GetBytes(body));
    }

    public Task<RemotingCommand> EndAsync(SendMessageResponseHeader half, int outcome = Commit, string group = "tx")
    {
        Assert.That(OffsetMessageId.TryParse(half.MsgId, out _, out var offset));
        return EndAsync(new EndTransactionRequestHeader
        {
            ProducerGroup = group,
            TranStateTableOffset = half.QueueOffset,
            CommitLogOffset = offset,
            CommitOrRollback = outcome,
            MsgId = half.TransactionId ?? "",
        });
    }

    public Task<RemotingCommand> AnswerAsync(CheckTransactionStateRequestHeader check, int outcome = Commit) => EndAsync(new EndTransactionRequestHeader
    {
        ProducerGroup = "tx",
        TranStateTableOffset = check.TranStateTableOffset,
        CommitLogOffset = check.CommitLogOffset,
        CommitOrRollback = outcome,
        FromTransactionCheck = true,
        MsgId = check.MsgId ?? "",
        TransactionId = check.TransactionId,
    });

    public Task<RemotingCommand> EndAsync(EndTransactionRequestHeader header) =>
        Broker.Client.InvokeAsync(Broker.Address, RemotingCommand.Request(RequestCode.EndTransaction, header), TimeSpan.FromSeconds(10));

    public async Task<List<StoredMessage>> PullAsync(string topic, int queueId = 1) => TestBroker.Messages(await Broker.PullAsync(topic, queueId, 0));

    /// <summary>Lets the next round of checks happen and waits for what it asks.</summary>
    public async Task<Asked> NextCheckAsync()
    {
        await Broker.HeartbeatAsync("producer-1", "tx");
        return await Eventually.GetAsync(
            Clock, TimeSpan.FromSeconds(1), () => Task.FromResult(Checks.TryDequeue(out var asked) ? asked : null), "a check");
    }

    public async ValueTask DisposeAsync() => await Broker.DisposeAsync();

    internal sealed record Asked(CheckTransactionStateRequestHeader Header, StoredMessage Half);

    private sealed class CheckHandler(ConcurrentQueue<Asked> asked) : IRequestHandler
    {
        public ValueTask<RemotingCommand?> HandleAsync(RequestContext context, CancellationToken cancellationToken)
        {
            var header = context.Request.ReadHeader<CheckTransactionStateRequestHeader>();
            asked.Enqueue(new Asked(header, StoredMessage.ReadAll(context.Request.Body.FirstSpan).Single()));
            return ValueTask.FromResult<RemotingCommand?>(null);
        }
    }
}
