using System.Globalization;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Answers;

/// <summary>Requests that lack what their header demands are answered with the codes of Apache's 5.3.3 broker, of which all were recorded.</summary>
public class MissingFieldTests
{
    /// <summary>Where this broker answers otherwise on purpose.</summary>
    private static readonly Dictionary<(int Request, string What), string> Differences = new()
    {
        [(323, "all fields")] = "Apache's copies any message into the half topic; here it has to be a half message",
        [(324, "topic")] = "29 by Apache's; here the topic is missed as by every other send, with 1",
        [(325, "b")] = "as 324",
        [(513, "all fields")] = "static topics are not supported, and a topic that is only said to be there loses messages",
        [(513, "defaultTopic")] = "as above",
        [(513, "order")] = "as above",
        [(3001, "all fields")] = "the recorded broker had nowhere to keep users and lists",
        [(3005, "no extFields")] = "as above",
        [(3005, "no extFields and no body")] = "as above",
        [(3005, "all fields")] = "as above",
        [(3010, "no extFields")] = "as above",
        [(3010, "no extFields and no body")] = "as above",
        [(3010, "all fields")] = "as above",
    };

    private static readonly int[] NeedRecall = [RequestCode.RecallMessage];

    private TestBroker _broker = null!;
    private int _count;

    private static IEnumerable<TestCaseData> WithoutFields => Cases(RecordedAnswers.WithoutFields.Where(code => code.What != "all fields"));

    private static IEnumerable<TestCaseData> WithAllFields =>
        Cases(RecordedAnswers.WithoutFields.Where(code => code.What == "all fields" && !NeedRecall.Contains(code.Request) && code.Request / 1000 != 3));

    private static IEnumerable<TestCaseData> WithoutOneField => Cases(RecordedAnswers.WithoutOneField);

    [OneTimeSetUp]
    public async Task StartAsync() => _broker = await TestBroker.StartAsync(options => options with { DefaultTopicQueueNums = 4 });

    [OneTimeTearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [TestCaseSource(nameof(WithAllFields))]
    public async Task A_whole_request_is_answered_as_by_Apaches_broker(int code, string what, int expected) =>
        await ExpectAsync(expected, (await PrepareAsync()).Build(code));

    [TestCaseSource(nameof(WithoutFields))]
    public async Task A_request_without_fields_is_answered_as_by_Apaches_broker(int code, string what, int expected) =>
        await ExpectAsync(expected, (await PrepareAsync()).Build(code, withFields: false, withBody: what == "no extFields"));

    [TestCaseSource(nameof(WithoutOneField))]
    public async Task A_request_without_one_field_is_answered_as_by_Apaches_broker(int code, string field, int expected)
    {
        // Recorded with recalling enabled, and without it for the request that lacks all.
        if (NeedRecall.Contains(code))
        {
            await using var recalling = await TestBroker.StartAsync(options => options with { RecallMessageEnable = true });
            await ExpectAsync(expected, (await PrepareAsync(recalling)).Build(code, without: field), recalling);
            return;
        }

        await ExpectAsync(expected, (await PrepareAsync()).Build(code, without: field));
    }

    [Test]
    public void Every_difference_is_one_of_a_recorded_answer() => Assert.That(
        Differences.Keys,
        Is.SubsetOf(RecordedAnswers.WithoutFields.Concat(RecordedAnswers.WithoutOneField).Select(code => (code.Request, code.What)).ToList()));

    private static IEnumerable<TestCaseData> Cases(IEnumerable<RecordedCode> codes) => codes
        .Where(code => !Differences.ContainsKey((code.Request, code.What)))
        .Select(code => new TestCaseData(code.Request, code.What, code.Expected).SetArgDisplayNames($"{code.Request} {code.Name}", code.What));

    private async Task ExpectAsync(int expected, RemotingCommand request, TestBroker? broker = null)
    {
        var response = await (broker ?? _broker).Client.InvokeAsync((broker ?? _broker).Address, request, TimeSpan.FromSeconds(10));

        Assert.That(response.Code, Is.EqualTo(expected), response.Remark);
        if (expected is not (ResponseCode.Success or ResponseCode.PollingTimeout) && request.Fields is null)
        {
            Assert.That(response.Remark, Is.Not.Empty, "a refusal says why");
        }
    }

    /// <summary>A topic and a group that no other case has seen.</summary>
    private async Task<CompleteRequests> PrepareAsync(TestBroker? broker = null)
    {
        broker ??= _broker;
        var number = Interlocked.Increment(ref _count);
        var (topic, group) = ($"MfTopic{number}", $"MfGroup{number}");
        await broker.CreateTopicAsync(topic);
        await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = group });
        var sent = await broker.SendAsync(topic, [1], 0, [new("TAGS", "a"), new("KEYS", "k1")]);
        await broker.SendAsync(topic, [2], 0, [new("TAGS", "a"), new("KEYS", "k1")]);
        await broker.CallAsync(RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader
        {
            ConsumerGroup = group, Topic = topic, QueueId = 0, CommitOffset = 1,
        });
        var id = sent.ReadHeader<SendMessageResponseHeader>().MsgId;
        Assert.That(OffsetMessageId.TryParse(id, out _, out var offset));
        var popTimeMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return new CompleteRequests(topic, group, offset, id, $"0 {popTimeMs} 60000 0 0 broker-a 0 0");
    }
}
