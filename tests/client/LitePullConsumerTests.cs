using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Client.Tests;

public class LitePullConsumerTests
{
    private static readonly MessageQueue Queue = new("T", "a", 0);
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 1);
        _client = _cluster.Client();
        for (var i = 0; i < 5; i++)
        {
            _cluster["a"].Put("T", 0, Encoding.UTF8.GetBytes($"{i}"));
        }
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task Subscribed_queues_are_shared_and_polled()
    {
        await using var consumer = await _client.StartLitePullConsumerAsync(Subscribed());

        Assert.That(Texts(await consumer.PollAsync(Long)), Is.EqualTo(new[] { "0", "1", "2", "3", "4" }));
    }

    [Test]
    public async Task The_messages_of_a_poll_are_consumed_when_the_next_begins()
    {
        var consumer = await _client.StartLitePullConsumerAsync(Subscribed() with { PullBatchSize = 2 });
        await consumer.PollAsync(Long);
        await consumer.PollAsync(Long);

        await consumer.DisposeAsync();

        Assert.That(_cluster["a"].Offsets[("G", "T", 0)], Is.EqualTo(2));
    }

    [Test]
    public async Task Without_auto_commit_only_a_commit_counts()
    {
        await using var consumer = await _client.StartLitePullConsumerAsync(Subscribed() with { PullBatchSize = 2, AutoCommit = false });
        await consumer.PollAsync(Long);
        await consumer.PollAsync(Long);
        Assert.That(_cluster["a"].Offsets.GetValueOrDefault(("G", "T", 0)), Is.Zero);

        await consumer.CommitAsync();

        Assert.That(_cluster["a"].Offsets[("G", "T", 0)], Is.EqualTo(4));
    }

    [Test]
    public async Task Queues_assigned_by_hand_are_read_from_where_seek_says()
    {
        await using var consumer = await _client.StartLitePullConsumerAsync(new LitePullConsumerOptions { Group = "G", ConsumeFrom = ConsumeFrom.FirstOffset });
        await consumer.AssignAsync([Queue]);
        await consumer.PollAsync(Long);

        await consumer.SeekAsync(Queue, 3);

        Assert.That(Texts(await consumer.PollAsync(Long)), Is.EqualTo(new[] { "3", "4" }));
    }

    [Test]
    public async Task A_poll_ends_empty_when_no_message_comes_in_time()
    {
        await using var consumer = await _client.StartLitePullConsumerAsync(Subscribed() with { ConsumeFrom = ConsumeFrom.LastOffset });
        var polling = consumer.PollAsync(TimeSpan.FromSeconds(2));

        _cluster.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(await polling, Is.Empty);
    }

    [Test]
    public async Task Queues_that_are_shared_out_can_not_be_assigned()
    {
        await using var consumer = await _client.StartLitePullConsumerAsync(Subscribed());

        Assert.That(() => consumer.AssignAsync([Queue]), Throws.InvalidOperationException);
    }

    private static LitePullConsumerOptions Subscribed() => new()
    {
        Group = "G",
        Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
        ConsumeFrom = ConsumeFrom.FirstOffset,
    };

    private static IEnumerable<string> Texts(IEnumerable<ReceivedMessage> messages) => messages.Select(m => Encoding.UTF8.GetString(m.Body.Span));
}
