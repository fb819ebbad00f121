using RocketMQ.Tools.Tests.Support;

namespace RocketMQ.Tools.Tests;

public class TopicVerbTests
{
    [Test]
    public async Task UpdateTopic_creates_on_a_cluster_and_topicRoute_shows_it()
    {
        var made = (await LiveHost.RunAsync($"updateTopic -c {LiveHost.Cluster} -t TopicA -r 3 -w 2 -p 6 --json")).Done().Json;
        Assert.That((string?)made["done"]![0]!["server"], Is.EqualTo(LiveHost.Host.Broker));
        Assert.That((int)made["topic"]!["readQueueNums"]!, Is.EqualTo(3));

        await Eventually.TrueAsync(async () => (await LiveHost.RunAsync("topicRoute -t TopicA")).ExitCode == 0, "the route");
        var route = (await LiveHost.RunAsync("topicRoute -t TopicA --json")).Done().Json["route"]!;
        Assert.That((int)route["queueDatas"]![0]!["readQueueNums"]!, Is.EqualTo(3));
        Assert.That((int)route["queueDatas"]![0]!["writeQueueNums"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task UpdateTopic_says_what_it_did_as_Apache_does() =>
        Assert.That(
            (await LiveHost.RunAsync($"updateTopic -b {LiveHost.Host.Broker} -t TopicB")).Done().Output,
            Does.Contain($"create topic to {LiveHost.Host.Broker} success."));

    [Test]
    public async Task UpdateTopic_tells_name_servers_the_queues_of_an_ordered_topic()
    {
        var made = (await LiveHost.RunAsync($"updateTopic -b {LiveHost.Host.Broker} -t TopicOrdered -w 4 -o true --json")).Done().Json;
        Assert.That((string?)made["orderConf"], Is.EqualTo($"{LiveHost.BrokerName}:4"));
    }

    [Test]
    public async Task UpdateTopic_refuses_attributes_without_a_sign() =>
        Assert.That(
            (await LiveHost.RunAsync($"updateTopic -b {LiveHost.Host.Broker} -t T -a message.type=FIFO")).Refused(2), Does.Contain("+key=value"));

    [Test]
    public async Task TopicRoute_prints_Apaches_columns()
    {
        await LiveHost.MakeTopicAsync("TopicC");
        var lines = (await LiveHost.RunAsync("topicRoute -l -t TopicC")).Done().Output.Split('\n');
        Assert.That(lines[0], Does.Match(@"^#ClusterName\s+#BrokerName\s+#BrokerAddrs\s+#ReadQueue\s+#WriteQueue\s+#Perm$"));
        Assert.That(lines[1], Does.Match($@"^{LiveHost.Cluster}\s+{LiveHost.BrokerName}\s+0={LiveHost.Host.Broker}\s+8\s+8\s+6$"));
    }

    [Test]
    public async Task TopicList_lists_names()
    {
        await LiveHost.MakeTopicAsync("TopicD");
        Assert.That((await LiveHost.RunAsync("topicList")).Done().Output.Split('\n'), Does.Contain("TopicD"));
    }

    [Test]
    public async Task TopicList_with_clusters_names_the_cluster_of_each()
    {
        await LiveHost.MakeTopicAsync("TopicE");
        var topics = (await LiveHost.RunAsync("topicList -c --json")).Done().Json["topics"]!;
        Assert.That(topics.Select(t => (string)t["topic"]!), Does.Contain("TopicE"));
    }

    [Test]
    public async Task TopicStatus_shows_the_extent_of_each_queue()
    {
        await LiveHost.MakeTopicAsync("TopicF -r 2 -w 2");
        (await LiveHost.RunAsync($"sendMessage -t TopicF -p x -b {LiveHost.BrokerName} -i 1")).Done();
        var queues = (await LiveHost.RunAsync("topicStatus -t TopicF --json")).Done().Json["queues"]!;
        Assert.That(queues.Select(q => (long)q["maxOffset"]!), Is.EqualTo(new[] { 0L, 1L }));
    }

    [Test]
    public async Task UpdateTopicPerm_keeps_the_rest_of_the_topic()
    {
        await LiveHost.MakeTopicAsync("TopicG -r 5 -w 3");
        var run = await LiveHost.RunAsync($"updateTopicPerm -c {LiveHost.Cluster} -t TopicG -p 4");
        Assert.That(run.Done().Output, Does.Contain($"update topic perm from 6 to 4 in {LiveHost.Host.Broker} success."));
        var queues = (4, 5, 3);
        await Eventually.TrueAsync(async () => await QueuesAsync("TopicG") == queues, "the route with the new permission");
    }

    [Test]
    public async Task DeleteTopic_takes_a_topic_away()
    {
        await LiveHost.MakeTopicAsync("TopicH");
        var run = await LiveHost.RunAsync($"deleteTopic -c {LiveHost.Cluster} -t TopicH");
        Assert.That(run.Done().Output, Does.Contain($"delete topic [TopicH] from cluster [{LiveHost.Cluster}] success.").And.Contain("from NameServer success."));
        Assert.That((await LiveHost.RunAsync("topicRoute -t TopicH")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task TopicClusterList_names_the_clusters_of_a_topic()
    {
        await LiveHost.MakeTopicAsync("TopicI");
        Assert.That((await LiveHost.RunAsync("topicClusterList -t TopicI")).Done().Output.Trim(), Is.EqualTo(LiveHost.Cluster));
    }

    [Test]
    public async Task UpdateOrderConf_puts_gets_and_deletes()
    {
        Assert.That((await LiveHost.RunAsync("updateOrderConf -t TopicJ -m put")).Refused(2), Does.Contain("-v brokerName:queues"));
        (await LiveHost.RunAsync("updateOrderConf -t TopicJ -m put -v broker-a:4")).Done();
        Assert.That((await LiveHost.RunAsync("updateOrderConf -t TopicJ -m get")).Done().Output, Does.Contain("broker-a:4"));
        (await LiveHost.RunAsync("updateOrderConf -t TopicJ -m delete")).Done();
        Assert.That((await LiveHost.RunAsync("updateOrderConf -t TopicJ -m get")).Refused(1), Does.Contain("no order configuration"));
    }

    [Test]
    public async Task AllocateMQ_shares_queues_out()
    {
        await LiveHost.MakeTopicAsync("TopicK -r 3 -w 3");
        var shares = (await LiveHost.RunAsync("allocateMQ -t TopicK -i a,b --json")).Done().Json["result"]!;
        Assert.That((shares["a"]!.Count(), shares["b"]!.Count()), Is.EqualTo((2, 1)));
    }

    private static async Task<(int Permission, int Read, int Write)> QueuesAsync(string topic)
    {
        var queues = (await LiveHost.RunAsync($"topicRoute -t {topic} --json")).Done().Json["route"]!["queueDatas"]![0]!;
        return ((int)queues["perm"]!, (int)queues["readQueueNums"]!, (int)queues["writeQueueNums"]!);
    }
}
