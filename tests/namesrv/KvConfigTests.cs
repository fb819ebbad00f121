using RocketMQ.NameServer.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.NameServer.Tests;

public class KvConfigTests
{
    [Test]
    public async Task A_value_is_put_read_listed_and_deleted()
    {
        await using var server = await TestNameServer.StartAsync();
        var missing = await GetAsync(server, "NS", "k");
        Assert.That((missing.Code, missing.Remark), Is.EqualTo((ResponseCode.QueryNotFound, "No config item, Namespace: NS Key: k")));
        var nothing = await ListAsync(server, "NS");
        Assert.That((nothing.Code, nothing.Remark), Is.EqualTo((ResponseCode.QueryNotFound, "No config item, Namespace: NS")));

        await PutAsync(server, "NS", "k", "v ä \"q\"");
        await PutAsync(server, "NS", "l", "w");
        Assert.That((await GetAsync(server, "NS", "k")).Field("value"u8), Is.EqualTo("v ä \"q\""));
        Assert.That(await server.TextAsync(RequestCode.GetKvlistByNamespace, new GetKVListByNamespaceRequestHeader { Namespace = "NS" }), Is.EqualTo("""{"table":{"k":"v ä \"q\"","l":"w"}}"""));

        foreach (var key in (string[])["k", "l", "never"])
        {
            var deleted = await server.InvokeAsync(RequestCode.DeleteKvConfig, new DeleteKVConfigRequestHeader { Namespace = "NS", Key = key });
            Assert.That(deleted.Code, Is.Zero);
        }

        Assert.That((await GetAsync(server, "NS", "k")).Code, Is.EqualTo(ResponseCode.QueryNotFound));
        Assert.That(await server.TextAsync(RequestCode.GetKvlistByNamespace, new GetKVListByNamespaceRequestHeader { Namespace = "NS" }), Is.EqualTo("""{"table":{}}"""));
    }

    [Test]
    public async Task Values_are_in_Apaches_file_before_the_answer_with_the_previous_file_beside_it()
    {
        await using var server = await TestNameServer.StartAsync();
        await PutAsync(server, "ORDER_TOPIC_CONFIG", "T", "broker-a:4");
        Assert.That(await File.ReadAllTextAsync(server.KvConfigPath), Is.EqualTo("""{"configTable":{"ORDER_TOPIC_CONFIG":{"T":"broker-a:4"}}}"""));
        await PutAsync(server, "ORDER_TOPIC_CONFIG", "T", "broker-a:8");
        Assert.That(await File.ReadAllTextAsync(server.KvConfigPath + ".bak"), Is.EqualTo("""{"configTable":{"ORDER_TOPIC_CONFIG":{"T":"broker-a:4"}}}"""));
        Assert.That(Directory.GetFiles(server.Folder), Has.Length.EqualTo(2), "no temporary file is left");
    }

    [TestCase("""{"configTable":{"NS":{"k":"v"}}}""", "")]
    [TestCase("", """{"configTable":{"NS":{"k":"v"}}}""")]
    [TestCase(null, """{"configTable":{"NS":{"k":"v"}}}""")]
    [TestCase("{\n\t\"configTable\":{\n\t\t\"NS\":{\n\t\t\t'k':'v'\n\t\t}\n\t}\n}", "garbage")]
    public async Task A_start_reads_the_file_or_else_its_backup(string? file, string backup)
    {
        var folder = TestNameServer.NewFolder();
        var path = Path.Combine(folder, "kvConfig.json");
        if (file is not null)
        {
            await File.WriteAllTextAsync(path, file);
        }

        await File.WriteAllTextAsync(path + ".bak", backup);
        await using var server = await TestNameServer.StartAsync(folder: folder);
        Assert.That((await GetAsync(server, "NS", "k")).Field("value"u8), Is.EqualTo("v"));
    }

    [Test]
    public async Task A_damaged_file_stops_the_start_and_is_not_written_over()
    {
        var folder = TestNameServer.NewFolder();
        var path = Path.Combine(folder, "kvConfig.json");
        await File.WriteAllTextAsync(path, "{\"configTable\":{");
        Assert.That(async () => await TestNameServer.StartAsync(folder: folder), Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(path));
        Assert.That(await File.ReadAllTextAsync(path), Is.EqualTo("{\"configTable\":{"));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_file_that_can_not_be_written_refuses_the_change_and_names_itself()
    {
        await using var server = await TestNameServer.StartAsync();
        Directory.CreateDirectory(server.KvConfigPath + ".tmp");
        var refused = await PutAsync(server, "NS", "k", "v");
        Assert.That(refused.Code, Is.EqualTo(ResponseCode.SystemError));
        Assert.That(refused.Remark, Does.StartWith($"The change was not made: {server.KvConfigPath} can't be written: "));
        Assert.That((await GetAsync(server, "NS", "k")).Code, Is.EqualTo(ResponseCode.QueryNotFound));
    }

    private static Task<RemotingCommand> PutAsync(TestNameServer server, string name, string key, string value) =>
        server.InvokeAsync(RequestCode.PutKvConfig, new PutKVConfigRequestHeader { Namespace = name, Key = key, Value = value });

    private static Task<RemotingCommand> GetAsync(TestNameServer server, string name, string key) =>
        server.InvokeAsync(RequestCode.GetKvConfig, new GetKVConfigRequestHeader { Namespace = name, Key = key });

    private static Task<RemotingCommand> ListAsync(TestNameServer server, string name) =>
        server.InvokeAsync(RequestCode.GetKvlistByNamespace, new GetKVListByNamespaceRequestHeader { Namespace = name });
}
