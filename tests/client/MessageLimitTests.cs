using RocketMQ.Client.Producing;
using RocketMQ.Protocol.Messages;
using System.Net;

namespace RocketMQ.Client.Tests;

public class MessageLimitTests
{
    private static readonly Message Good = new("T", new byte[] { 1 });

    private readonly MessageEncoder _encoder = new(
        new ProducerOptions { MaxMessageBytes = 1000 }, new UniqueMessageIdSource(TimeProvider.System, IPAddress.Loopback, 1), TimeProvider.System);

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return new TestCaseData(Good with { Body = Array.Empty<byte>() }, "no body");
        yield return new TestCaseData(Good with { Body = new byte[1001] }, "1001 bytes, MaxMessageBytes is 1000");
        yield return new TestCaseData(Good with { Topic = "" }, "empty");
        yield return new TestCaseData(Good with { Topic = new string('t', 128) }, "128 characters, the limit is 127");
        yield return new TestCaseData(Good with { Topic = "a b" }, "contains ' '");
        yield return new TestCaseData(Good with { Keys = ["a b"] }, "space");
        yield return new TestCaseData(Good with { Tag = "a\u0001b" }, "U+0001");
        yield return new TestCaseData(Good with { Properties = new Dictionary<string, string> { ["p"] = "\u0002" } }, "'p'");
        yield return new TestCaseData(Good with { Properties = new Dictionary<string, string> { ["p"] = new string('x', 40_000) } }, "32767");
        yield return new TestCaseData(Good with { DelayLevel = 1, DelayFor = TimeSpan.FromSeconds(1) }, "exclude each other");
    }

    [TestCaseSource(nameof(Refused))]
    public void A_message_over_a_limit_is_refused_with_the_limit_named(Message message, string reason) =>
        Assert.That(() => _encoder.Encode(message), Throws.ArgumentException.With.Message.Contains(reason));

    private static IEnumerable<TestCaseData> RefusedBatches()
    {
        yield return new TestCaseData((Message[])[], "empty");
        yield return new TestCaseData((Message[])[Good, Good with { Topic = "U" }], "mixes topics 'T' and 'U'");
        yield return new TestCaseData((Message[])[Good, Good with { DelayLevel = 1 }], "Delayed");
        yield return new TestCaseData((Message[])[Good, Good with { WaitForStore = false }], "WaitForStore");
        yield return new TestCaseData((Message[])[Good with { Topic = "%RETRY%g" }], "Retry");
        yield return new TestCaseData((Message[])[Good with { Body = new byte[600] }, Good with { Body = new byte[600] }], "MaxMessageBytes is 1000");
    }

    [TestCaseSource(nameof(RefusedBatches))]
    public void A_batch_that_does_not_go_together_is_refused(Message[] messages, string reason) =>
        Assert.That(() => _encoder.EncodeBatch(messages), Throws.ArgumentException.With.Message.Contains(reason));
}
