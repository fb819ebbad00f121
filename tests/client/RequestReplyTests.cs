using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Tests;

public class RequestReplyTests
{
    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;
    private Producer _producer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 1);
        _client = _cluster.Client();
        _producer = _client.CreateProducer();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_request_gets_the_reply_that_the_broker_passes_on()
    {
        var asking = _producer.RequestAsync(new Message("T", "question"u8.ToArray()), TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => _cluster["a"].Messages("T").Count == 1, "the request");
        var request = _cluster["a"].Messages("T").Single();
        Assert.That(_cluster["a"].Clients, Contains.Key(_client.ClientId), "the broker can find the way back");
        Assert.That(request.Properties[PropertyNames.ReplyToClient], Is.EqualTo(_client.ClientId));
        Assert.That(request.Properties[PropertyNames.Ttl], Is.EqualTo("5000"));

        _cluster["a"].Notify(() => RemotingCommand.Request(
            RequestCode.PushReplyMessageToClient,
            new ReplyMessageRequestHeader
            {
                Topic = "C_REPLY_TOPIC",
                BornHost = "127.0.0.1:1",
                StoreHost = "127.0.0.1:2",
                Properties = Encoding.UTF8.GetBytes($"CORRELATION_ID\u0001{request.Properties[PropertyNames.CorrelationId]}\u0002"),
            },
            "answer"u8.ToArray()));

        Assert.That(Encoding.UTF8.GetString((await asking).Body.Span), Is.EqualTo("answer"));
    }

    [Test]
    public async Task A_request_that_nobody_answers_times_out()
    {
        var asking = _producer.RequestAsync(new Message("T", "question"u8.ToArray()), TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => _cluster["a"].Messages("T").Count == 1, "the request");

        await Eventually.TrueAsync(
            () =>
            {
                _cluster.Time.Advance(TimeSpan.FromSeconds(1));
                return asking.IsCompleted;
            },
            "the timeout");

        Assert.That(() => asking, Throws.TypeOf<TimeoutException>().With.Message.Contains("5000 ms"));
    }

    [Test]
    public async Task A_reply_goes_to_the_broker_the_request_came_from()
    {
        _cluster["a"].Put("T", 0, "question"u8, "CORRELATION_ID\u0001c\u0002REPLY_TO_CLIENT\u0001you\u0002TTL\u00015000\u0002CLUSTER\u0001C\u0002"u8);
        var request = (await _client.CreatePullConsumer("G").PullAsync(new("T", "a", 0), 0)).Messages.Single();

        await _producer.ReplyAsync(request, "answer"u8.ToArray());

        var sent = _cluster["a"].Received(RequestCode.SendReplyMessageV2).Single();
        var header = sent.ReadHeader<SendMessageRequestHeaderV2>();
        var properties = PropertyText.ToDictionary(header.Properties.Span);
        Assert.Multiple(() =>
        {
            Assert.That(header.Topic, Is.EqualTo("C_REPLY_TOPIC"));
            Assert.That(properties[PropertyNames.CorrelationId], Is.EqualTo("c"));
            Assert.That(properties[PropertyNames.ReplyToClient], Is.EqualTo("you"));
            Assert.That(properties[PropertyNames.MessageType], Is.EqualTo("reply"));
        });
    }

    [Test]
    public async Task A_message_that_asks_for_no_answer_can_not_be_answered()
    {
        _cluster["a"].Put("T", 0, "statement"u8);
        var message = (await _client.CreatePullConsumer("G").PullAsync(new("T", "a", 0), 0)).Messages.Single();

        Assert.That(() => _producer.ReplyAsync(message, "x"u8.ToArray()), Throws.ArgumentException.With.Message.Contains("asks for no answer"));
    }
}
