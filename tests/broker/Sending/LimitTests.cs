using System.IO.Compression;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Sending;

/// <summary>What just fits and what just does not.</summary>
public class LimitTests
{
    [Test]
    public async Task A_body_of_the_largest_size_is_taken_and_one_byte_more_is_not()
    {
        await using var broker = await TestBroker.StartAsync(configureStore: s => s with { MaxMessageSize = 10_000 });

        var fits = await broker.SendAsync("Orders", new byte[10_000]);
        var tooLarge = await broker.SendAsync("Orders", new byte[10_001]);

        Assert.That(fits.Code, Is.EqualTo(ResponseCode.Success), fits.Remark);
        Assert.That(tooLarge.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(tooLarge.Remark, Does.Contain("10000B (maxMessageSize)"));
        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).Single().Body, Has.Length.EqualTo(10_000));
    }

    [Test]
    public async Task Properties_beyond_32767_bytes_are_refused()
    {
        await using var broker = await TestBroker.StartAsync();

        var fits = await broker.SendAsync("Orders", [0], properties: [new("long", new string('x', 32_000))]);
        var tooLong = await broker.SendAsync("Orders", [1], properties: [new("long", new string('x', 33_000))]);

        Assert.That(fits.Code, Is.EqualTo(ResponseCode.Success), fits.Remark);
        Assert.That(tooLong.Code, Is.EqualTo(ResponseCode.MessageIllegal));
        Assert.That(tooLong.Remark, Does.Contain("32767"));
    }

    [Test]
    public async Task A_topic_of_127_characters_is_taken_and_one_of_128_is_not()
    {
        await using var broker = await TestBroker.StartAsync();
        var longest = new string('t', 127);

        var fits = await broker.SendAsync(longest, [7]);
        var tooLong = await broker.SendAsync(longest + "t", [8]);

        Assert.That(fits.Code, Is.EqualTo(ResponseCode.Success), fits.Remark);
        Assert.That(tooLong.Code, Is.EqualTo(ResponseCode.InvalidParameter));
        Assert.That(tooLong.Remark, Does.Contain("127"));
        Assert.That(TestBroker.Messages(await broker.PullAsync(longest, 0, 0)).Single().Topic, Is.EqualTo(longest));
    }

    [Test]
    public async Task The_retry_topic_of_a_long_group_may_be_longer_than_any_other()
    {
        await using var broker = await TestBroker.StartAsync();
        var retryTopic = "%RETRY%" + new string('g', 200);

        var sent = await broker.SendAsync(retryTopic, [7]);

        Assert.That(sent.Code, Is.EqualTo(ResponseCode.Success), sent.Remark);
        Assert.That(TestBroker.Messages(await broker.PullAsync(retryTopic, 0, 0)).Single().Topic, Is.EqualTo(retryTopic));
    }

    /// <summary>The flags are of zlib, LZ4 and Zstandard; the broker has no need to know them.</summary>
    [TestCase(0x001)]
    [TestCase(0x301)]
    [TestCase(0x101)]
    [TestCase(0x201)]
    public async Task A_compressed_body_goes_through_untouched_with_its_kind(int sysFlag)
    {
        await using var broker = await TestBroker.StartAsync();
        using var packed = new MemoryStream();
        await using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new byte[5000]);
        }

        var body = packed.ToArray();
        await broker.SendAsync("Orders", body, sysFlag: sysFlag);

        var record = (await broker.PullAsync("Orders", 0, 0)).Body.FirstSpan.ToArray();
        Assert.That(MessageRecord.TryRead(record, out var message), Is.EqualTo(RecordReadStatus.Ok));
        Assert.That(message.Body.ToArray(), Is.EqualTo(body));
        Assert.That(message.SysFlag, Is.EqualTo(sysFlag));
    }

    [Test]
    public async Task A_message_is_found_by_every_one_of_its_many_keys()
    {
        await using var broker = await TestBroker.StartAsync();
        var keys = Enumerable.Range(0, 50).Select(i => $"key-{i}").ToArray();
        await broker.SendAsync("Orders", [0], properties: [new("KEYS", "other")]);
        await broker.SendAsync("Orders", [1], properties: [new("KEYS", string.Join(' ', keys))]);
        await broker.SendAsync("Orders", [2], properties: [new("KEYS", "key-7")]);

        await Eventually.GetAsync(async () => (await FindAsync(broker, "key-7")).Count == 2 ? "" : null, "the index");
        foreach (var key in keys.Where(k => k != "key-7"))
        {
            Assert.That((await FindAsync(broker, key)).Single().Body[0], Is.EqualTo(1), key);
        }

        Assert.That(await FindAsync(broker, "key-50"), Is.Empty);
    }

    private static async Task<List<StoredMessage>> FindAsync(TestBroker broker, string key) =>
        TestBroker.Messages(await broker.CallAsync(
            RequestCode.QueryMessage, new QueryMessageRequestHeader { Topic = "Orders", Key = key, MaxNum = 64, EndTimestamp = long.MaxValue }));
}
