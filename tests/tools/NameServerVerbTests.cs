namespace RocketMQ.Tools.Tests;

[NonParallelizable]
public class NameServerVerbTests
{
    [Test]
    public async Task GetNamesrvConfig_shows_keys() =>
        Assert.That((await LiveHost.RunAsync("getNamesrvConfig")).Done().Output, Does.Contain($"============{LiveHost.Host.NameServer}============").And.Match(@"(?m)^listenPort\s+=  \d+"));

    [Test]
    public async Task UpdateNamesrvConfig_changes_a_key()
    {
        (await LiveHost.RunAsync("updateNamesrvConfig -k orderMessageEnable -v true")).Done();
        var config = (await LiveHost.RunAsync("getNamesrvConfig --json")).Done().Json["nameServers"]![0]!["config"]!;
        Assert.That((string?)config["orderMessageEnable"], Is.EqualTo("true"));
    }

    [Test]
    public async Task UpdateKvConfig_and_deleteKvConfig_set_and_remove_a_value()
    {
        Assert.That((await LiveHost.RunAsync("updateKvConfig -s ORDER_TOPIC_CONFIG -k KvTopic -v broker-a:4")).Done().Output, Does.Contain("create or update kv config"));
        Assert.That((await LiveHost.RunAsync("updateOrderConf -t KvTopic -m get")).Done().Output, Does.Contain("broker-a:4"));
        Assert.That((await LiveHost.RunAsync("deleteKvConfig -s ORDER_TOPIC_CONFIG -k KvTopic")).Done().Output, Does.Contain("delete kv config from namespace success."));
        Assert.That((await LiveHost.RunAsync("updateOrderConf -t KvTopic -m get")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task WipeWritePerm_takes_a_broker_out_of_sending_and_addWritePerm_brings_it_back()
    {
        await LiveHost.MakeTopicAsync("PermTopic");
        var wiped = (await LiveHost.RunAsync($"wipeWritePerm -b {LiveHost.BrokerName} --json")).Done().Json;
        var route = (await LiveHost.RunAsync("topicRoute -t PermTopic --json")).Done().Json;
        var added = (await LiveHost.RunAsync($"addWritePerm -b {LiveHost.BrokerName} --json")).Done().Json;

        Assert.That((int)wiped["done"]![0]!["topics"]!, Is.Positive);
        Assert.That((int)route["route"]!["queueDatas"]![0]!["perm"]!, Is.EqualTo(4));
        Assert.That((int)added["done"]![0]!["topics"]!, Is.Positive);
        Assert.That((int)(await LiveHost.RunAsync("topicRoute -t PermTopic --json")).Json["route"]!["queueDatas"]![0]!["perm"]!, Is.EqualTo(6));
    }
}
