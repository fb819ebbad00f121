using System.Text;
using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.NameServer.Tests;

public class ConfigTests
{
    [Test]
    public async Task Every_key_that_Apache_shows_is_shown()
    {
        await using var server = await TestNameServer.StartAsync();
        var apache = JavaProperties.Parse(Golden.Body("53-json", "0336"), "").Entries;
        var ours = JavaProperties.Parse(await server.TextAsync(RequestCode.GetNamesrvConfig), "").Entries;
        Assert.That(apache.Keys.Except(ours.Keys), Is.Empty);
        string[] places = ["bindAddress", "listenPort", "configStorePath", "kvConfigPath", "rocketmqHome"];
        foreach (var (key, entry) in apache.Where(e => !places.Contains(e.Key)))
        {
            Assert.That(ours[key].Value, Is.EqualTo(entry.Value), key);
        }
    }

    [Test]
    public async Task An_update_takes_effect_at_once_and_is_kept_in_the_file_with_its_comments()
    {
        var folder = TestNameServer.NewFolder();
        var path = Path.Combine(folder, "namesrv.conf");
        await File.WriteAllTextAsync(path, "# mine\norderMessageEnable = false\n\nlistenPort=0\n");
        await using var server = await TestNameServer.StartAsync(folder: folder);
        await server.RegisterAsync(new TestBroker());
        await server.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = "ORDER_TOPIC_CONFIG", Key = "T", Value = "broker-a:4" });
        Assert.That((await server.RouteAsync("T"))!.OrderTopicConf, Is.Null);

        Assert.That((await UpdateAsync(server, "orderMessageEnable=true\nserverWorkerThreads=9\n")).Code, Is.Zero);

        Assert.That((await server.RouteAsync("T"))!.OrderTopicConf, Is.EqualTo("broker-a:4"));
        Assert.That(await server.TextAsync(RequestCode.GetNamesrvConfig), Does.Contain("orderMessageEnable=true\n").And.Contain("serverWorkerThreads=9\n"));
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo("# mine\norderMessageEnable=true\n\nlistenPort=0\nserverWorkerThreads=9\n"));
        Assert.That(await File.ReadAllTextAsync(path + ".bak"), Does.StartWith("# mine\norderMessageEnable = false"));
    }

    [TestCase("kvConfigPath=/elsewhere", ResponseCode.NoPermission, "Can not update config in black list. (configBlackList has kvConfigPath)")]
    [TestCase("orderMessageEnable=true\nconfigStorePath=/elsewhere", ResponseCode.NoPermission, "Can not update config in black list. (configBlackList has configStorePath)")]
    [TestCase("orderMesageEnable=true", ResponseCode.SystemError, "the request line 1: unknown key 'orderMesageEnable'. Did you mean 'orderMessageEnable'?")]
    [TestCase("orderMessageEnable=maybe", ResponseCode.SystemError, "orderMessageEnable=maybe is not true or false.")]
    [TestCase("waitSecondsForService=soon", ResponseCode.SystemError, "waitSecondsForService=soon is not a whole number of 32 bits.")]
    public async Task An_update_that_can_not_be_is_refused_and_changes_nothing(string body, int code, string remark)
    {
        await using var server = await TestNameServer.StartAsync();
        var before = await server.TextAsync(RequestCode.GetNamesrvConfig);
        var reply = await UpdateAsync(server, body);
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((code, remark)));
        Assert.That(await server.TextAsync(RequestCode.GetNamesrvConfig), Is.EqualTo(before));
        Assert.That(File.Exists(server.ConfigStorePath), Is.False);
    }

    [Test]
    public async Task An_empty_update_is_no_error()
    {
        await using var server = await TestNameServer.StartAsync();
        Assert.That((await server.InvokeAsync(RequestCode.UpdateNamesrvConfig)).Code, Is.Zero);
    }

    [TestCase("bindAddress", "bindAddress=nowhere is not an IP address")]
    [TestCase("listenPort", "listenPort=70000 is not between 0 and 65535.")]
    [TestCase("scanNotActiveBrokerInterval", "scanNotActiveBrokerInterval=0 is not between 1 and")]
    public void An_option_that_can_not_be_is_refused_at_start(string key, string message)
    {
        NameServerOptions Change(NameServerOptions o) => key switch
        {
            "bindAddress" => o with { BindAddress = "nowhere" },
            "listenPort" => o with { ListenPort = 70000 },
            _ => o with { ScanNotActiveBrokerInterval = 0 },
        };
        Assert.That(async () => await TestNameServer.StartAsync(Change), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(message));
    }

    private static Task<RemotingCommand> UpdateAsync(TestNameServer server, string body) =>
        server.InvokeAsync(RequestCode.UpdateNamesrvConfig, body: Encoding.UTF8.GetBytes(body));
}
