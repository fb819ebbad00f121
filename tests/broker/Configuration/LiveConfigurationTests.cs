using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Host;
using RocketMQ.Broker.Tests.Administration;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting.Configuration;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Configuration;

public class LiveConfigurationTests
{
    private TestFolder _folder = null!;

    private string FilePath => _folder.File("broker.conf");

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task A_live_key_is_in_force_at_once_and_kept_in_the_file_with_its_comments()
    {
        await using var broker = await StartAsync("# mine\nautoCreateTopicEnable = true\n\ntraceOn=false\n");

        var before = await broker.SendAsync("First", [1]);
        var response = await UpdateAsync(broker, "autoCreateTopicEnable=false\nrejectTransactionMessage=true\n");
        var after = await broker.SendAsync("Second", [1]);

        Assert.Multiple(() =>
        {
            Assert.That(before.Code, Is.EqualTo(ResponseCode.Success), before.Remark);
            Assert.That((response.Code, response.Remark), Is.EqualTo((ResponseCode.Success, (string?)null)));
            Assert.That(after.Code, Is.EqualTo(ResponseCode.TopicNotExist));
            Assert.That(File.ReadAllText(FilePath), Is.EqualTo("# mine\nautoCreateTopicEnable=false\n\ntraceOn=false\nrejectTransactionMessage=true\n"));
        });
        Assert.That(await ConfigAsync(broker), Is.SupersetOf(Pairs("autoCreateTopicEnable=false", "rejectTransactionMessage=true")));
    }

    [Test]
    public async Task Topics_are_created_by_a_first_send_once_that_is_allowed()
    {
        await using var broker = await StartAsync("", o => o with { AutoCreateTopicEnable = false });

        var before = await broker.SendAsync("First", [1]);
        await UpdateAsync(broker, "autoCreateTopicEnable=true");
        var after = await broker.SendAsync("First", [1]);

        Assert.That(before.Code, Is.EqualTo(ResponseCode.TopicNotExist));
        Assert.That(after.Code, Is.EqualTo(ResponseCode.Success), after.Remark);
    }

    [Test]
    public async Task A_key_of_the_store_is_live_too()
    {
        await using var broker = await StartAsync("");
        await broker.SendAsync("Orders", new byte[2000]);

        await UpdateAsync(broker, "maxMessageSize=1000");
        var response = await broker.SendAsync("Orders", new byte[2000]);

        Assert.That(response.Code, Is.EqualTo(ResponseCode.MessageIllegal));
    }

    [TestCase("timerStopDequeue")]
    [TestCase("timerStopEnqueue")]
    public async Task Timers_that_were_held_up_go_on_once_they_may(string key)
    {
        var clock = new VirtualTimeProvider();
        await using var broker = await TestBroker.StartAsync(time: clock);
        await broker.CreateTopicAsync("Orders", queues: 1);
        await UpdateAsync(broker, $"{key}=true");
        await broker.SendAsync("Orders", [1], properties: [new("TIMER_DELAY_SEC", "1")]);
        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20);
        }

        Assert.That(TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)), Is.Empty);
        await UpdateAsync(broker, $"{key}=false");
        await Eventually.GetAsync(
            clock, TimeSpan.FromSeconds(1),
            async () => TestBroker.Messages(await broker.PullAsync("Orders", 0, 0)).FirstOrDefault(), "the message");
    }

    [Test]
    public async Task A_key_that_waits_for_a_restart_is_kept_in_the_file_and_said_to_wait()
    {
        await using var broker = await StartAsync("flushConsumerOffsetInterval=5000\n");

        var response = await UpdateAsync(broker, "flushConsumerOffsetInterval=1000");

        Assert.Multiple(() =>
        {
            Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
            Assert.That(response.Remark, Is.EqualTo("flushConsumerOffsetInterval: in force after a restart"));
            Assert.That(BrokerConfiguration.Bind(BrokerHost.LoadFile(FilePath)).Broker.FlushConsumerOffsetInterval, Is.EqualTo(1000));
        });
        Assert.That(await ConfigAsync(broker), Is.SupersetOf(Pairs("flushConsumerOffsetInterval=5000")), "what is in force");
    }

    [TestCase("autoCreateTopicEnabl=false\nlongPollingEnable=false", "unknown key 'autoCreateTopicEnabl'. Did you mean 'autoCreateTopicEnable'?")]
    [TestCase("longPollingEnable=false\nmessageDelayLevel=soon", "messageDelayLevel=soon is not a list of delays")]
    [TestCase("longPollingEnable=false\nflushIntervalCommitLog=-1", "flushIntervalCommitLog=-1 is not at least 1")]
    [TestCase("longPollingEnable=false\nbrokerPermission=all", "brokerPermission=all is not a whole number")]
    public async Task An_update_with_a_mistake_changes_nothing_at_all(string update, string reason)
    {
        await using var broker = await StartAsync("traceOn=true\n");

        var response = await UpdateAsync(broker, update);

        Assert.Multiple(() =>
        {
            Assert.That(response.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That(response.Remark, Does.Contain(reason));
            Assert.That(File.ReadAllText(FilePath), Is.EqualTo("traceOn=true\n"));
        });
        Assert.That(await ConfigAsync(broker), Is.SupersetOf(Pairs("longPollingEnable=true")));
    }

    [TestCase("brokerConfigPath")]
    [TestCase("configBlackList")]
    [TestCase("rocketmqHome")]
    [TestCase("brokerPermission")]
    public async Task A_key_of_the_black_list_can_not_be_changed(string key)
    {
        await using var broker = await StartAsync("", o => o with { ConfigBlackList = "brokerPermission" });

        var response = await UpdateAsync(broker, $"{key}=4");

        Assert.That(response.Code, Is.EqualTo(ResponseCode.NoPermission));
        Assert.That(response.Remark, Does.Contain(key));
    }

    [Test]
    public async Task Without_a_file_live_keys_change_until_the_restart_and_others_are_refused()
    {
        await using var broker = await TestBroker.StartAsync();

        var live = await UpdateAsync(broker, "longPollingEnable=false");
        var waiting = await UpdateAsync(broker, "flushConsumerOffsetInterval=1234");

        Assert.Multiple(() =>
        {
            Assert.That((live.Code, live.Remark), Is.EqualTo((ResponseCode.Success, "not kept over a restart: the broker was started without -c FILE")));
            Assert.That(waiting.Code, Is.EqualTo(ResponseCode.SystemError));
            Assert.That(waiting.Remark, Does.Contain("flushConsumerOffsetInterval").And.Contain("-c FILE"));
        });
    }

    [Test]
    public async Task A_key_that_this_broker_does_not_use_is_taken_kept_and_said_to_change_nothing()
    {
        await using var broker = await StartAsync("sendMessageThreadPoolNums=3\n");

        var response = await UpdateAsync(broker, "enablePopBufferMerge=true");

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(response.Remark, Does.StartWith("enablePopBufferMerge: changes nothing here ("));
        Assert.That(await ConfigAsync(broker), Is.SupersetOf(Pairs("enablePopBufferMerge=true", "sendMessageThreadPoolNums=3")));
    }

    [TestCase("5.3.3", 252)]
    [TestCase("5.3.3", 266)]
    [TestCase("4.9", 393)]
    public async Task The_updates_that_Apaches_tools_sent_are_taken(string set, int number)
    {
        await using var broker = await StartAsync("");

        var response = await broker.Client.InvokeAsync(broker.Address, GoldenExchange.Read(set, number).Again(), TimeSpan.FromSeconds(10));

        Assert.That(response.Code, Is.EqualTo(ResponseCode.Success), response.Remark);
    }

    [TestCase("5.3.3", 333)]
    [TestCase("4.9", 342)]
    public async Task Every_key_that_Apaches_broker_shows_is_shown_with_a_version(string set, int number)
    {
        await using var broker = await TestBroker.StartAsync();
        var golden = GoldenExchange.Read(set, number);

        var response = await broker.Client.InvokeAsync(broker.Address, golden.Again(), TimeSpan.FromSeconds(10));
        var shown = JavaProperties.Parse(Encoding.UTF8.GetString(response.Body), "").Entries.Keys;
        var apache = JavaProperties.Parse(Encoding.UTF8.GetString(golden.Response.Body), "").Entries.Keys
            .Where(key => key is not "isEnableBatchPush");

        Assert.That(apache.Except(shown), Is.Empty);
        Assert.That(RemotingJson.Deserialize<DataVersion>(response.ReadHeader<GetBrokerConfigResponseHeader>().Version).Counter, Is.Zero);
    }

    [Test]
    public async Task Passwords_are_not_shown()
    {
        await using var broker = await StartAsync(
            "objectStoreSecretKey=hidden\n", o => o with { InnerClientAuthenticationCredentials = """{"accessKey":"a","secretKey":"hidden"}""" });

        var config = await ConfigAsync(broker);

        Assert.That(config.Values, Has.None.Contains("hidden"));
        Assert.That(config, Is.SupersetOf(Pairs("innerClientAuthenticationCredentials=******", "objectStoreSecretKey=******", "initAuthenticationUser=")));
    }

    [Test]
    public async Task A_change_of_what_the_broker_permits_is_told_to_name_servers()
    {
        await using var broker = await StartAsync("");
        var before = await TopicsVersionAsync(broker);

        await UpdateAsync(broker, "brokerPermission=4");

        Assert.That(await TopicsVersionAsync(broker), Is.GreaterThan(before));
    }

    private async Task<TestBroker> StartAsync(string file, Func<BrokerOptions, BrokerOptions>? configure = null)
    {
        await File.WriteAllTextAsync(FilePath, file);
        return await TestBroker.StartAsync(o => (configure?.Invoke(o) ?? o) with { BrokerConfigPath = FilePath });
    }

    private static Task<RemotingCommand> UpdateAsync(TestBroker broker, string properties) =>
        broker.CallAsync(RequestCode.UpdateBrokerConfig, null, Encoding.UTF8.GetBytes(properties));

    private static async Task<Dictionary<string, string>> ConfigAsync(TestBroker broker)
    {
        var response = await broker.CallAsync(RequestCode.GetBrokerConfig);
        return JavaProperties.Parse(Encoding.UTF8.GetString(response.Body), "").Entries.ToDictionary(e => e.Key, e => e.Value.Value);
    }

    private static Dictionary<string, string> Pairs(params string[] lines) => lines.Select(line => line.Split('=')).ToDictionary(p => p[0], p => p[1]);

    private static async Task<long> TopicsVersionAsync(TestBroker broker) =>
        (await broker.CallAsync(RequestCode.GetAllTopicConfig)).ReadBody<TopicConfigSerializeWrapper>().DataVersion.Counter;
}
