using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Popping;

/// <summary>What pops leave in the store, byte for byte as Apache 5.3.3 wrote it; the texts are those of its records.</summary>
public class PopOnDiskTests
{
    private const string ReviveTopic = "rmq_sys_REVIVE_LOG_DefaultCluster";

    [Test]
    public async Task A_checkpoint_is_a_timed_record_of_the_revive_topic()
    {
        var clock = new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795251074520));
        await using var broker = await TestBroker.StartAsync(options => options with { BrokerName = "broker-golden" }, time: clock);
        await broker.SendManyAsync("GoldenPop", 3);

        await broker.PopAsync("GoldenPop", 0, group: "G_POP_RV1", invisibleMs: 4000);
        var (record, body) = await ReviveRecordAsync(broker, 0);

        Assert.Multiple(() =>
        {
            Assert.That(body, Is.EqualTo(
                """{"bm":0,"bn":"broker-golden","c":"G_POP_RV1","d":[0,1,2],"it":4000,"n":3,"pt":1795251074520,"q":0,"reviveTime":1795251078520,"ro":0,"so":0,"t":"GoldenPop"}"""));
            Assert.That(record.UniqueKey, Is.EqualTo("GoldenPop@0@0@G_POP_RV1@1795251074520@broker-golden@ck"));
            Assert.That(record.Tags, Is.EqualTo("ck"));
            Assert.That(record.Properties["TIMER_DELIVER_MS"], Is.EqualTo("1795251077520"));
            Assert.That(record.BornHost, Is.EqualTo(record.StoreHost));
            Assert.That(RealTopic(record), Is.EqualTo((ReviveTopic, 0)));
        });
    }

    [Test]
    public async Task An_acknowledgement_is_a_timed_record_beside_its_checkpoint()
    {
        var clock = new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795251073762));
        await using var broker = await TestBroker.StartAsync(options => options with { BrokerName = "broker-golden" }, time: clock);
        await broker.SendManyAsync("GoldenPopC", 6);
        var popped = await broker.PopAsync("GoldenPopC", 0, group: "G_POPPUSH", invisibleMs: 20_000);
        var receipt = $"0 {popped.Header.PopTime} 20000 {popped.Header.ReviveQid} 0 broker-golden 0 4";

        await broker.AckAsync(popped.Messages[4] with { Receipt = receipt }, "G_POPPUSH");
        var (record, body) = await ReviveRecordAsync(broker, 1);

        Assert.Multiple(() =>
        {
            Assert.That(body, Is.EqualTo("""{"ao":4,"bn":"broker-golden","c":"G_POPPUSH","pt":1795251073762,"q":0,"so":0,"t":"GoldenPopC"}"""));
            Assert.That(record.UniqueKey, Is.EqualTo("GoldenPopC@0@4@G_POPPUSH@1795251073762@broker-golden@ack"));
            Assert.That(record.Tags, Is.EqualTo("ack"));
            Assert.That(record.Properties["TIMER_DELIVER_MS"], Is.EqualTo("1795251093762"));
            Assert.That(RealTopic(record), Is.EqualTo((ReviveTopic, popped.Header.ReviveQid)));
        });
    }

    [Test]
    public async Task A_batch_acknowledgement_lists_its_offsets()
    {
        var clock = new VirtualTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1795251114185));
        await using var broker = await TestBroker.StartAsync(options => options with { BrokerName = "broker-golden" }, time: clock);
        await broker.SendManyAsync("GoldenPop", 8);
        var popped = await broker.PopAsync("GoldenPop", 0, group: "G_POP", invisibleMs: 60_000);

        var acks = $$"""{"acks":[{"b":"Jg==","c":"G_POP","it":60000,"pt":{{popped.Header.PopTime}},"q":0,"r":"0","rq":{{popped.Header.ReviveQid}},"so":0,"t":"GoldenPop"}],"brokerName":"broker-golden"}""";
        await broker.CallAsync(RequestCode.BatchAckMessage, body: System.Text.Encoding.UTF8.GetBytes(acks));
        var (record, body) = await ReviveRecordAsync(broker, 1);

        Assert.Multiple(() =>
        {
            Assert.That(body, Is.EqualTo("""{"ao":-1,"aol":[1,2,5],"bn":"broker-golden","c":"G_POP","pt":1795251114185,"q":0,"so":0,"t":"GoldenPop"}"""));
            Assert.That(record.UniqueKey, Is.EqualTo("GoldenPop@0@-1@G_POP@1795251114185@broker-golden@ack"));
            Assert.That(record.Tags, Is.EqualTo("bAck"));
        });
    }

    [Test]
    public async Task Request_modes_are_kept_in_Apaches_file()
    {
        var broker = await TestBroker.StartAsync();
        await broker.CreateTopicAsync("GoldenPopC");
        await broker.CallAsync(RequestCode.SetMessageRequestMode, body:
            [.. """{"consumerGroup":"G_POPPUSH","mode":"POP","popShareQueueNum":2,"topic":"GoldenPopC"}"""u8]);

        await using var restarted = await broker.RestartAsync();
        var file = await File.ReadAllTextAsync(Path.Combine(broker.Directory, "config", "messageRequestMode.json"));
        var all = await restarted.CallAsync(RequestCode.GetAllMessageRequestMode);

        Assert.That(file.ReplaceLineEndings("\n"), Is.EqualTo("""
            {
            	"messageRequestModeMap":{
            		"GoldenPopC":{
            			"G_POPPUSH":{
            				"consumerGroup":"G_POPPUSH",
            				"mode":"POP",
            				"popShareQueueNum":2,
            				"topic":"GoldenPopC"
            			}
            		}
            	}
            }
            """.ReplaceLineEndings("\n")));
        Assert.That(
            System.Text.Encoding.UTF8.GetString(all.Body.FirstSpan),
            Is.EqualTo("""{"messageRequestModeMap":{"GoldenPopC":{"G_POPPUSH":{"consumerGroup":"G_POPPUSH","mode":"POP","popShareQueueNum":2,"topic":"GoldenPopC"}}}}"""));
        Directory.Delete(restarted.Directory, recursive: true);
    }

    /// <summary>The n-th record for the revive topic, which waits in the timer's topic.</summary>
    private static async Task<(StoredMessage Record, string Body)> ReviveRecordAsync(TestBroker broker, int index)
    {
        var waiting = TestBroker.Messages(await broker.PullAsync("rmq_sys_wheel_timer", 0, 0));
        return (waiting[index], System.Text.Encoding.UTF8.GetString(waiting[index].Body));
    }

    private static (string Topic, int QueueId) RealTopic(StoredMessage record) =>
        (record.Properties["REAL_TOPIC"], int.Parse(record.Properties["REAL_QID"], System.Globalization.CultureInfo.InvariantCulture));
}
