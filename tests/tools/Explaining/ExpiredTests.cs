using RocketMQ.Client;
using RocketMQ.MqAdmin;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.TestSupport;
using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests.Explaining;

/// <summary>A host that keeps nothing longer than it must, in files of a few messages.</summary>
public sealed class ExpiredTests
{
    [Test]
    public async Task A_message_that_was_deleted_with_old_files_has_expired()
    {
        await using var host = await StandaloneHost.StartNewAsync(
            "mappedFileSizeCommitLog=16384", "fileReservedTime=0", "cleanResourceInterval=100", "deleteCommitLogFilesInterval=1", "metricsPromExporterPort=0");
        await using var client = new RocketMQClient(new ClientOptions { NameServers = host.NameServer });
        await using var producer = client.CreateProducer(new ProducerOptions { Group = "makers" });
        await client.Admin.Topics.CreateOrUpdateAsync(host.Broker, new TopicConfig { TopicName = "Orders", ReadQueueNums = 1, WriteQueueNums = 1 });
        var first = await producer.SendAsync(new Message("Orders", new byte[4000]));
        for (var i = 0; i < 20; i++)
        {
            await producer.SendAsync(new Message("Orders", new byte[4000]));
        }

        var started = Environment.TickCount64;
        Outcome outcome;
        do
        {
            Assert.That(Environment.TickCount64 - started, Is.LessThan(20_000), "the first message is still there");
            await client.Admin.InvokeAsync(host.Broker, RemotingCommand.Request(RequestCode.DeleteExpiredCommitlog));
            await Task.Delay(200);
            outcome = await ExplainAsync($"explain -i {first.MessageId} -t Orders -g billing -n {host.NameServer}");
        }
        while (!outcome.Done().Output.Contains(": Expired"));

        Assert.That(outcome.Output, Does.Contain("deleted"));
        outcome = await ExplainAsync($"explain -i {first.OffsetMessageId} -g billing -n {host.NameServer}");
        Assert.That(outcome.Done().Output, Does.Contain(": Expired").And.Contain("has no record at that place"));
        await host.StopAsync();
    }

    private static async Task<Outcome> ExplainAsync(string words)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(words.Split(' '), new Surroundings { Output = output, Error = error });
        return new Outcome(code, output.ToString(), error.ToString());
    }
}
