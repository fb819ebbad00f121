using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Metrics;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;
using RocketMQ.Remoting;
using RocketMQ.Store;
using RocketMQ.TestSupport;
using RocketMQ.Transport.Kestrel;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>Nobody writes a line into the log that is not theirs.</summary>
public sealed class LogLineTests
{
    private const string Forged = "eve\n2026-01-01 00:00:00.0000 INFO  AccessGuard User:root has signed in\u001b[2J\u2028x";

    [Test]
    public async Task A_text_of_a_client_stays_on_the_line_it_is_told_in()
    {
        using var folder = new TestFolder();
        using var log = new Collected();
        await using var broker = new BrokerServer(
            new BrokerOptions
            {
                BrokerName = "broker-a", ListenPort = 0, BindAddress = "127.0.0.1", HealthEnable = false, MetricsExporterType = MetricsExporterType.Disable,
                AuthenticationEnabled = true, AuthorizationEnabled = true, InitAuthenticationUser = """{"username":"root","password":"root-secret"}""",
            },
            new StoreOptions { StorePathRootDir = folder.Path, MappedFileSizeCommitLog = 16 * 1024 * 1024, MaxHashSlotNum = 1000, MaxIndexNum = 4000 },
            new BrokerSurroundings { Transport = new KestrelTransport(log), Loggers = log });
        await broker.StartAsync();
        await using var eve = Client(new AccessCredentials(Forged, "x"));
        await using var root = Client(new AccessCredentials("root", "root-secret"));

        async Task<RemotingCommand> AskAsync(RemotingClient client, int code, ICommandHeader? header = null, byte[]? body = null) =>
            await client.InvokeAsync(broker.Address, RemotingCommand.Request(code, header, body), TimeSpan.FromSeconds(10));

        var refused = await AskAsync(eve, RequestCode.GetMinOffset, new GetMinOffsetRequestHeader { Topic = "orders" });
        await AskAsync(root, RequestCode.SendReplyMessageV2, Send("DefaultCluster_REPLY_TOPIC", [new("REPLY_TO_CLIENT", Forged)]));
        var half = await AskAsync(root, RequestCode.SendMessageV2, Send("orders", [new("TRAN_MSG", "true"), new("PGROUP", "g")]), [1]);
        Assert.That(OffsetMessageId.TryParse(half.ReadHeader<SendMessageResponseHeader>().MsgId, out _, out var offset));
        await AskAsync(root, RequestCode.EndTransaction, new EndTransactionRequestHeader { ProducerGroup = "other", CommitLogOffset = offset, CommitOrRollback = 8, MsgId = Forged });
        await AskAsync(root, RequestCode.UpdateBrokerConfig, null, "deleteWhen=04\\n05\\u001b\n"u8.ToArray());

        Assert.That(refused.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(log.Messages, Has.Some.Contains("eve\\n2026-01-01"), "it was told");
        Assert.That(log.Messages.Where(message => message.Any(c => char.IsControl(c) || c == '\u2028')), Is.Empty);
    }

    private static SendMessageRequestHeaderV2 Send(string topic, KeyValuePair<string, string>[] properties) => Support.TestBroker.SendHeader(topic, 0, properties);

    private static RemotingClient Client(AccessCredentials credentials) =>
        new(RequestTable.Empty, new RemotingOptions { Credentials = credentials }, TimeProvider.System, new Collected());

    private sealed class Collected : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
