using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Client.Tests;

public class PullConsumerTests
{
    private static readonly MessageQueue Queue = new("T", "a", 0);

    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;
    private PullConsumer _consumer = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 2);
        _client = _cluster.Client();
        _consumer = _client.CreatePullConsumer("G");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_queue_is_read_from_any_offset_on()
    {
        for (var i = 0; i < 10; i++)
        {
            _cluster["a"].Put("T", 0, Encoding.UTF8.GetBytes($"{i}"));
        }

        var result = await _consumer.PullAsync(Queue, 3, maxMessages: 4);

        Assert.That(result.Status, Is.EqualTo(PullStatus.Found));
        Assert.That(result.NextOffset, Is.EqualTo(7));
        Assert.That(result.Messages.Select(m => Encoding.UTF8.GetString(m.Body.Span)), Is.EqualTo(new[] { "3", "4", "5", "6" }));
    }

    [Test]
    public async Task The_end_of_a_queue_answers_at_once_unless_told_to_wait()
    {
        var empty = await _consumer.PullAsync(Queue, 0);
        var waiting = _consumer.PullAsync(Queue, 0, wait: TimeSpan.FromSeconds(20));
        await Task.Delay(50);
        Assert.That(waiting.IsCompleted, Is.False);
        _cluster["a"].Put("T", 0, "x"u8);

        Assert.That(empty.Status, Is.EqualTo(PullStatus.NoNewMessage));
        Assert.That((await waiting).Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Offsets_of_a_group_are_unknown_until_set()
    {
        Assert.That(await _consumer.GetOffsetAsync(Queue), Is.Null);

        await _consumer.SetOffsetAsync(Queue, 5);

        Assert.That(await _consumer.GetOffsetAsync(Queue), Is.EqualTo(5));
    }

    [Test]
    public async Task The_extent_of_a_queue_is_told()
    {
        _cluster["a"].Put("T", 0, "x"u8);

        Assert.That(await _consumer.GetMinOffsetAsync(Queue), Is.Zero);
        Assert.That(await _consumer.GetMaxOffsetAsync(Queue), Is.EqualTo(1));
        Assert.That(await _consumer.GetQueuesAsync("T"), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_refusal_of_the_broker_is_told_in_its_words()
    {
        _cluster["a"].Script(RequestCode.PullMessage, ResponseCode.NoPermission, "the broker's permission is write only");

        var failure = Assert.ThrowsAsync<BrokerException>(() => _consumer.PullAsync(Queue, 0))!;

        Assert.That(failure.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(failure.Message, Does.Contain("write only"));
    }
}
