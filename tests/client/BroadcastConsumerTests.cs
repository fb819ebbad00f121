using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;

namespace RocketMQ.Client.Tests;

public class BroadcastConsumerTests
{
    private FakeCluster _cluster = null!;
    private string _directory = "";

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 2);
        _directory = Path.Combine(Path.GetTempPath(), "offsets-" + Guid.NewGuid());
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _cluster.DisposeAsync();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Test]
    public async Task Every_consumer_gets_all_queues_whatever_others_there_are()
    {
        _cluster["a"].OtherMembers.Add("zzz");
        await using var client = _cluster.Client();

        await using var consumer = await client.StartPushConsumerAsync(Options(), (_, _) => new(ConsumeResult.Success));

        Assert.That(consumer.Queues, Has.Count.EqualTo(2));
        Assert.That(_cluster["a"].Clients[client.ClientId].ConsumerDataSet.Single().MessageModel, Is.EqualTo(MessageModel.Broadcasting));
    }

    [Test]
    public async Task Offsets_are_kept_in_a_file_that_the_next_process_goes_on_from()
    {
        _cluster["a"].Put("T", 0, "1"u8);
        Assert.That(await ConsumeAsync(1), Is.EqualTo(new[] { "1" }));
        _cluster["a"].Put("T", 0, "2"u8);

        Assert.That(await ConsumeAsync(1), Is.EqualTo(new[] { "2" }));

        var file = Path.Combine(_directory, "127.0.0.1@DEFAULT", "G", "offsets.json");
        Assert.That(await File.ReadAllTextAsync(file), Does.Contain("""{"brokerName":"a","queueId":0,"topic":"T"}:2"""));
        Assert.That(_cluster["a"].Offsets, Is.Empty);
    }

    [Test]
    public async Task A_broken_offset_file_is_replaced_by_its_backup()
    {
        _cluster["a"].Put("T", 0, "1"u8);
        _cluster["a"].Put("T", 0, "2"u8);
        var directory = Path.Combine(_directory, "127.0.0.1@DEFAULT", "G");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "offsets.json"), "{\"offsetTa");
        await File.WriteAllTextAsync(
            Path.Combine(directory, "offsets.json.bak"), """{"offsetTable":{{"brokerName":"a","queueId":0,"topic":"T"}:1}}""");

        Assert.That(await ConsumeAsync(1), Is.EqualTo(new[] { "2" }));
    }

    [Test]
    public async Task A_message_that_fails_is_not_delivered_again()
    {
        _cluster["a"].Put("T", 0, "1"u8);
        await using var client = _cluster.Client();
        var attempts = 0;
        await using (await client.StartPushConsumerAsync(Options(), (_, _) =>
        {
            attempts++;
            return new(ConsumeResult.Later);
        }))
        {
            await Eventually.TrueAsync(() => attempts == 1, "the attempt");
        }

        Assert.That(_cluster["a"].Received(RequestCode.ConsumerSendMsgBack), Is.Empty);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_directory, "127.0.0.1@DEFAULT", "G", "offsets.json")), Does.Contain(":1"));
    }

    private async Task<List<string>> ConsumeAsync(int count)
    {
        var received = new List<string>();
        await using var client = _cluster.Client();
        await using var consumer = await client.StartPushConsumerAsync(Options(), (m, _) =>
        {
            lock (received)
            {
                received.Add(Encoding.UTF8.GetString(m.Body.Span));
            }

            return new(ConsumeResult.Success);
        });
        await Eventually.TrueAsync(() => received.Count >= count, "the messages");
        return received;
    }

    private PushConsumerOptions Options() => new()
    {
        Group = "G",
        Mode = ConsumeMode.Broadcasting,
        Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
        ConsumeFrom = ConsumeFrom.FirstOffset,
        OffsetDirectory = _directory,
    };
}
