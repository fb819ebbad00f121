namespace RocketMQ.Tools.Tests;

public class TopicVerbTests
{
    [Test]
    public async Task UpdateTopic_creates_on_a_cluster_and_topicRoute_shows_it()
    {
        var made = (await LiveHost.RunAsync($"updateTopic -c {LiveHost.Cluster} -t TopicA -r 3 -w 2 -p 6 --json")).Done().Json;
        Assert.That((string?)made["done"]![0]!["server"], Is.EqualTo(LiveHost.Host.Broker));
        Assert.That((int)made["topic"]!["readQueueNums"]!, Is.EqualTo(3));

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
        await LiveHost.RunAsync($"updateTopic -b {LiveHost.Host.Broker} -t TopicC");
        var lines = (await LiveHost.RunAsync("topicRoute -l -t TopicC")).Done().Output.Split('\n');
        Assert.That(lines[0], Does.Match(@"^#ClusterName\s+#BrokerName\s+#BrokerAddrs\s+#ReadQueue\s+#WriteQueue\s+#Perm$"));
        Assert.That(lines[1], Does.Match($@"^{LiveHost.Cluster}\s+{LiveHost.BrokerName}\s+0={LiveHost.Host.Broker}\s+8\s+8\s+6$"));
    }

    [Test]
    public async Task TopicList_lists_names()
    {
        await LiveHost.RunAsync($"updateTopic -b {LiveHost.Host.Broker} -t TopicD");
        Assert.That((await LiveHost.RunAsync("topicList")).Done().Output.Split('\n'), Does.Contain("TopicD"));
    }

    [Test]
    public async Task TopicList_with_clusters_names_the_cluster_of_each()
    {
        await LiveHost.RunAsync($"updateTopic -b {LiveHost.Host.Broker} -t TopicE");
        var topics = (await LiveHost.RunAsync("topicList -c --json")).Done().Json["topics"]!;
        Assert.That(topics.Select(t => (string)t["topic"]!), Does.Contain("TopicE"));
    }
}
