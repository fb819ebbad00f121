namespace RocketMQ.Tools.Tests;

public class BrokerVerbTests
{
    [Test]
    public async Task ClusterList_prints_Apaches_columns()
    {
        var lines = (await LiveHost.RunAsync("clusterList")).Done().Output.Split('\n');
        Assert.That(
            lines[0],
            Does.Match(@"^#Cluster Name\s+#Broker Name\s+#BID\s+#Addr\s+#Version\s+#InTPS\(LOAD\)\s+#OutTPS\(LOAD\)\s+#Timer\(Progress\)\s+#PCWait\(ms\)\s+#Hour\s+#SPACE\s+#ACTIVATED"));
        Assert.That(lines[1], Does.Match($@"^{LiveHost.Cluster}\s+{LiveHost.BrokerName}\s+0\s+{LiveHost.Host.Broker}\s+V5_"));
    }

    [Test]
    public async Task ClusterList_counts_messages_and_repeats_itself()
    {
        var run = await LiveHost.RunAsync("clusterList -m -i 1 --rounds 2");
        Assert.That(run.Done().Output.Split("#InTotalToday"), Has.Length.EqualTo(3));
    }

    [Test]
    public async Task BrokerStatus_shows_what_a_broker_reports()
    {
        var found = (await LiveHost.RunAsync($"brokerStatus -b {LiveHost.Host.Broker} --json")).Done().Json["brokers"]![0]!["info"]!;
        Assert.That((string?)found["brokerVersionDesc"], Does.StartWith("V5_"));
        Assert.That((string?)found["putTps"], Is.Not.Null);
    }

    [Test]
    public async Task BrokerStatus_of_a_cluster_names_the_broker_in_each_line() =>
        Assert.That((await LiveHost.RunAsync($"brokerStatus -c {LiveHost.Cluster}")).Done().Output, Does.Match($@"(?m)^{LiveHost.Host.Broker}\s+brokerVersion\s+: \d+"));

    [Test]
    public async Task UpdateBrokerConfig_changes_what_getBrokerConfig_shows()
    {
        var run = await LiveHost.RunAsync($"updateBrokerConfig -b {LiveHost.Host.Broker} -k fileReservedTime -v 71");
        Assert.That(run.Done().Output, Does.Contain($"update broker config success, {LiveHost.Host.Broker}"));
        var config = (await LiveHost.RunAsync($"getBrokerConfig -c {LiveHost.Cluster} --key fileReserved --json")).Done().Json["brokers"]![0]!["config"]!;
        Assert.That((string?)config["fileReservedTime"], Is.EqualTo("71"));
    }

    [Test]
    public async Task BrokerConsumeStats_shows_groups_in_queues()
    {
        var found = (await LiveHost.RunAsync($"brokerConsumeStats -b {LiveHost.Host.Broker} --json")).Done().Json;
        Assert.That(found["queues"], Is.Not.Null);
        Assert.That(found["diffTotal"], Is.Not.Null);
    }

    [Test]
    public async Task HaStatus_shows_a_master_without_slaves()
    {
        var found = (await LiveHost.RunAsync($"haStatus -b {LiveHost.Host.Broker} --json")).Done().Json;
        Assert.That((int)found["masters"]![0]!["slaveNum"]!, Is.Zero);
    }

    [Test]
    public async Task SendMsgStatus_takes_the_time_of_each_send()
    {
        var found = (await LiveHost.RunAsync($"sendMsgStatus -b {LiveHost.BrokerName} -s 32 -c 2 --json")).Done().Json;
        Assert.That(found["sends"]!.Select(s => (string?)s["status"]), Is.EqualTo(new[] { "SEND_OK", "SEND_OK" }));
    }

    [Test]
    public async Task ClusterRT_averages_sends_to_each_broker()
    {
        var found = (await LiveHost.RunAsync("clusterRT -a 3 --rounds 1 --json")).Done().Json["brokers"]![0]!;
        Assert.That((int)found["successCount"]!, Is.EqualTo(3));
    }

    [Test]
    public async Task ClusterRT_can_write_lines_for_a_log() =>
        Assert.That(
            (await LiveHost.RunAsync("clusterRT -a 2 --rounds 1 -p true -m room-1")).Done().Output,
            Does.Match($@"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\|room-1\|{LiveHost.Cluster}\|{LiveHost.BrokerName}\|\d+"));

    [TestCase("cleanExpiredCQ")]
    [TestCase("deleteExpiredCommitLog")]
    [TestCase("cleanUnusedTopic")]
    public async Task Housekeeping_is_told_to_a_broker_or_to_all(string verb)
    {
        Assert.That((await LiveHost.RunAsync($"{verb} -b {LiveHost.Host.Broker}")).Done().Output, Does.Contain("success"));
        Assert.That((await LiveHost.RunAsync(verb)).Done().Output, Does.Contain($"success, {LiveHost.Host.Broker}"));
    }
}
