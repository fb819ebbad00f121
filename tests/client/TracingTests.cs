using System.Text;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Client.Tests;

public class TracingTests
{
    private const string TraceTopic = "RMQ_SYS_TRACE_TOPIC";

    private FakeCluster _cluster = null!;
    private RocketMQClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await FakeCluster.StartAsync("a");
        _cluster.Route("T", queues: 1);
        _cluster.Route(TraceTopic, queues: 1);
        _client = _cluster.Client();
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task A_send_leaves_a_record_with_the_fields_that_tools_read()
    {
        await using var producer = _client.CreateProducer(new ProducerOptions { Group = "P", Trace = true });
        var receipt = await producer.SendAsync(new Message("T", "body"u8.ToArray()) { Tag = "A", Keys = ["k"] });

        var trace = await TraceAsync(1);

        var fields = Encoding.UTF8.GetString(trace.Body).TrimEnd('\u0002').Split('\u0001');
        Assert.Multiple(() =>
        {
            Assert.That(trace.Keys!.Split(' '), Is.EquivalentTo(new[] { receipt.MessageId, "k" }));
            Assert.That(fields, Has.Length.EqualTo(14));
            Assert.That(fields[0], Is.EqualTo("Pub"));
            Assert.That(fields[2..8], Is.EqualTo(new[] { "DefaultRegion", "P", "T", receipt.MessageId, "A", "k" }));
            Assert.That(fields[8], Is.EqualTo(_cluster["a"].Address));
            Assert.That(fields[9], Is.EqualTo("4"));
            Assert.That(fields[11..], Is.EqualTo(new[] { "0", receipt.OffsetMessageId, "true" }));
        });
    }

    [Test]
    public async Task A_consumption_leaves_a_record_before_and_one_after_it()
    {
        _cluster["a"].Put("T", 0, "x"u8, "UNIQ_KEY\u0001id\u0002KEYS\u0001k\u0002"u8);
        await using var consumer = await _client.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "G",
                Subscriptions = new Dictionary<string, FilterExpression> { ["T"] = FilterExpression.All },
                ConsumeFrom = ConsumeFrom.FirstOffset,
                Trace = true,
            },
            (_, _) => new(ConsumeResult.Later));

        var records = Encoding.UTF8.GetString((await TraceAsync(2)).Body).Split('\u0002', StringSplitOptions.RemoveEmptyEntries);

        var before = records[0].Split('\u0001');
        var after = records[1].Split('\u0001');
        Assert.Multiple(() =>
        {
            Assert.That(before, Has.Length.EqualTo(8));
            Assert.That(before[0], Is.EqualTo("SubBefore"));
            Assert.That((before[3], before[5], before[6], before[7]), Is.EqualTo(("G", "id", "0", "k")));
            Assert.That(after, Has.Length.EqualTo(9));
            Assert.That((after[0], after[1], after[2]), Is.EqualTo(("SubAfter", before[4], "id")));
            Assert.That((after[4], after[5], after[6], after[8]), Is.EqualTo(("false", "k", "4", "G")));
        });
    }

    [Test]
    public async Task A_send_does_not_suffer_when_traces_can_not_be_stored()
    {
        _cluster.NameServer.Routes.Remove(TraceTopic, out _);
        await using var producer = _client.CreateProducer(new ProducerOptions { Group = "P", Trace = true });

        Assert.That((await producer.SendAsync(new Message("T", "x"u8.ToArray()))).Status, Is.EqualTo(SendStatus.Stored));
    }

    private async Task<StoredMessage> TraceAsync(int records)
    {
        await Eventually.TrueAsync(
            () =>
            {
                _cluster.Time.Advance(TimeSpan.FromSeconds(1));
                return _cluster["a"].Messages(TraceTopic).Sum(m => m.Body.Count(b => b == 2)) >= records;
            },
            "the trace");
        return _cluster["a"].Messages(TraceTopic)[0];
    }
}
