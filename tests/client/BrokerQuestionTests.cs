using System.Collections.Concurrent;
using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Client.Tests;

public class BrokerQuestionTests
{
    private static readonly MessageQueue Queue = new("T", "a", 0);

    private readonly ConcurrentQueue<string> _received = new();
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;
    private PushConsumer _consumer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _received.Clear();
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 1);
        for (var i = 0; i < 5; i++)
        {
            _cluster["a"].Put("T", 0, Encoding.UTF8.GetBytes($"{i}"));
        }

        _client = _cluster.Client();
        _consumer = await _client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "G",
                Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
                ConsumeFrom = ConsumeFrom.FirstOffset,
            },
            (m, _) =>
            {
                _received.Enqueue(Encoding.UTF8.GetString(m.Body.Span));
                return new(ConsumeResult.Success);
            });
        await Eventually.TrueAsync(() => _received.Count == 5, "all messages");
        await Eventually.TrueAsync(() => Of<GetConsumerStatusBody>(StatusAsync().Result).MessageQueueTable[Queue] == 5, "they are done");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _consumer.DisposeAsync();
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_consumer_tells_what_it_is_doing()
    {
        var response = await AskAsync(RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "G", ClientId = _client.ClientId });

        var info = Of<ConsumerRunningInfo>(response);
        Assert.Multiple(() =>
        {
            Assert.That(info.Properties["PROP_CLIENT_VERSION"], Is.EqualTo("V5_3_3"));
            Assert.That(info.Properties["PROP_CONSUMEORDERLY"], Is.EqualTo("false"));
            Assert.That(info.SubscriptionSet.Select(s => s.Topic), Is.EquivalentTo(new[] { "T", "%RETRY%G" }));
            Assert.That(info.MqTable[Queue].CommitOffset, Is.EqualTo(5));
            Assert.That(info.StatusTable["T"].ConsumeOkTps, Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task A_group_that_is_not_here_is_said_to_be_so()
    {
        var response = await AskAsync(RequestCode.GetConsumerRunningInfo, new GetConsumerRunningInfoRequestHeader { ConsumerGroup = "X", ClientId = "c" });

        Assert.That(response.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(response.Remark, Does.Contain("<X>"));
    }

    [Test]
    public async Task Offsets_can_be_set_back_while_the_consumer_runs()
    {
        var body = RemotingJson.Serialize(new ResetOffsetBody { OffsetTable = new() { [Queue] = 3 } });

        _cluster["a"].Notify(() => RemotingCommand.Request(
            RequestCode.ResetConsumerClientOffset, new ResetOffsetRequestHeader { Group = "G", Topic = "T", Timestamp = 0 }, body));

        await Eventually.TrueAsync(() => _received.Count == 7, "the last two again");
        Assert.That(_received.Skip(5).Order(), Is.EqualTo(new[] { "3", "4" }));
    }

    [Test]
    public async Task A_message_is_consumed_once_more_when_an_operator_says_so()
    {
        var response = await AskAsync(
            RequestCode.ConsumeMessageDirectly,
            new ConsumeMessageDirectlyResultRequestHeader { ConsumerGroup = "G", BrokerName = "a" },
            _cluster["a"].Record("T", 0, 2));

        Assert.That(Of<ConsumeMessageDirectlyResult>(response).ConsumeResult, Is.EqualTo(CMResult.CrSuccess));
        Assert.That(_received.Last(), Is.EqualTo("2"));
    }

    private static T Of<T>(RemotingCommand response) => RemotingJson.Deserialize<T>(response.Body);

    private Task<RemotingCommand> StatusAsync() =>
        AskAsync(RequestCode.GetConsumerStatusFromClient, new GetConsumerStatusRequestHeader { Group = "G", Topic = "T" });

    private Task<RemotingCommand> AskAsync(int code, ICommandHeader header, byte[]? body = null) =>
        _cluster["a"].Connections.Single().InvokeAsync(RemotingCommand.Request(code, header, body), TimeSpan.FromSeconds(10));
}
