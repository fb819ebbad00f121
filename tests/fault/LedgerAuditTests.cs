using RocketMQ.Fault.Tests.Workloads;
using RocketMQ.Protocol.Messages;
using RocketMQ.TestSupport;

namespace RocketMQ.Fault.Tests;

/// <summary>The audit of what a broker serves names what it is there to find.</summary>
public class LedgerAuditTests
{
    private const string Topic = "audited";

    [Test]
    public async Task Lost_doubled_altered_reordered_and_unknown_messages_are_named()
    {
        await using var host = await StandaloneHost.StartNewAsync();
        await using var broker = new BrokerClient(host.Broker);
        await broker.CreateTopicAsync(Topic, 1);
        var ledger = new Ledger();

        async Task SendAsync(string sender, int sequence, bool altered = false, bool known = true)
        {
            var id = $"{sender}-{sequence}";
            if (known && ledger.Find(id) is null)
            {
                ledger.Attempt(new Ledger.Entry(id, Topic, 0, 100, sender, sequence));
            }

            var body = Payload.Of(id, 100);
            body[50] ^= (byte)(altered ? 1 : 0);
            var reply = await broker.SendAsync(Topic, 0, body, PropertyText.ToUtf8([new(PropertyNames.Keys, id)]));
            if (known)
            {
                ledger.Acknowledge(id, reply.QueueOffset, reply.MsgId);
            }
        }

        await SendAsync("good", 0);
        await SendAsync("good", 1);
        await SendAsync("doubled", 0);
        await SendAsync("doubled", 0);
        await SendAsync("altered", 0, altered: true);
        await SendAsync("unordered", 1);
        await SendAsync("unordered", 0);
        await SendAsync("stranger", 0, known: false);
        ledger.Attempt(new Ledger.Entry("unanswered-0", Topic, 0, 100, "unanswered", 0));
        ledger.Attempt(new Ledger.Entry("lost-0", Topic, 0, 100, "lost", 0));
        ledger.Acknowledge("lost-0", 3, "7F0000010000000100000000DEADBEEF");

        var findings = new Findings();
        await new LedgerAudit(broker, ledger, findings).RunAsync([(Topic, 1)], new Random(1), queries: 0);

        var found = findings.ToString();
        Assert.Multiple(() =>
        {
            Assert.That(found, Does.Contain("lost: lost-0"));
            Assert.That(found, Does.Contain("twice: doubled-0"));
            Assert.That(found, Does.Contain("altered-0 at audited/0@4").And.Contain("another body"));
            Assert.That(found, Does.Contain("order: unordered-0"));
            Assert.That(found, Does.Contain("unknown: audited/0@7"));
            Assert.That(found, Does.Not.Contain("good").And.Not.Contain("unanswered"));
        });
    }
}
