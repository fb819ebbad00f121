using RocketMQ.Controller.Sets;
using RocketMQ.Controller.Storage;
using RocketMQ.Controller.Tests.Support;
using RocketMQ.Protocol.Codes;
using RocketMQ.Remoting.Configuration;
using RocketMQ.TestSupport;

namespace RocketMQ.Controller.Tests;

public class FileStoreTests
{
    private static readonly BrokerSet Set = TestController.SetOf(3, 2, 7, 12, 1, 2);

    [Test]
    public async Task What_was_written_is_there_after_a_start()
    {
        using var folder = new TestFolder();
        var store = await StartAsync(folder);
        var others = Set with { Name = "broker-ß \"quoted\"", MasterBrokerId = null, SyncStateSet = [] };
        await store.WriteAsync(Set.Name, Set, 0, default);
        await store.WriteAsync(others.Name, others, 0, default);
        await store.WriteAsync("gone", Set with { Name = "gone" }, 0, default);
        await store.WriteAsync("gone", null, (await store.ReadAsync("gone", default)).Version, default);

        var again = await StartAsync(folder);
        Assert.That(again.Seen.Select(Print), Is.EquivalentTo(new[] { Print(Set), Print(others) }));
    }

    [Test]
    public async Task What_was_changed_since_it_was_read_is_not_written_over()
    {
        using var folder = new TestFolder();
        var store = await StartAsync(folder);
        Assert.That((await store.WriteAsync(Set.Name, Set, 5, default)).Status, Is.EqualTo(StoreStatus.Changed), "it is not there");
        await store.WriteAsync(Set.Name, Set, 0, default);
        Assert.That((await store.WriteAsync(Set.Name, Set, 0, default)).Status, Is.EqualTo(StoreStatus.Changed), "it is there");
        var read = await store.ReadAsync(Set.Name, default);
        await store.WriteAsync(Set.Name, Set with { MasterEpoch = 8 }, read.Version, default);
        Assert.That((await store.WriteAsync(Set.Name, Set with { MasterEpoch = 9 }, read.Version, default)).Status, Is.EqualTo(StoreStatus.Changed), "it is another");
        Assert.That(store.FindSeen(Set.Name)!.MasterEpoch, Is.EqualTo(8));
    }

    [Test]
    public async Task A_file_that_is_not_there_is_an_empty_one()
    {
        using var folder = new TestFolder();
        Assert.That((await StartAsync(folder)).Seen, Is.Empty);
    }

    [Test]
    public async Task A_torn_file_is_refused_with_the_way_out([Range(0, 400, 37)] int length)
    {
        using var folder = new TestFolder();
        var path = await WriteAsync(folder);
        var whole = await File.ReadAllBytesAsync(path);
        Assert.That(whole, Has.Length.GreaterThan(400));
        await File.WriteAllBytesAsync(path, whole[..length]);
        Assert.That(() => StartAsync(folder), Throws.TypeOf<ConfigurationException>().With.Message.Matches($@"^The controller's file {path} is damaged: .* {path}\.bak "));
    }

    [Test]
    public async Task A_file_with_a_flipped_bit_is_refused([Range(0, 400, 29)] int at)
    {
        using var folder = new TestFolder();
        var path = await WriteAsync(folder);
        var content = await File.ReadAllBytesAsync(path);
        content[at] ^= 0x10;
        await File.WriteAllBytesAsync(path, content);
        Assert.That(() => StartAsync(folder), Throws.TypeOf<ConfigurationException>().With.Message.Contains("is damaged"));
    }

    [TestCase("""{"cluster":"c","name":"n","masterEpoch":1,"syncStateSet":[7],"syncStateSetEpoch":1,"nextBrokerId":2,"replicas":[]}""")]
    [TestCase("""{"cluster":"c","name":"n","masterBrokerId":7,"masterEpoch":1,"syncStateSet":[],"syncStateSetEpoch":1,"nextBrokerId":2,"replicas":[]}""")]
    [TestCase("""{"cluster":"c","name":"n","masterEpoch":-1,"syncStateSet":[],"syncStateSetEpoch":1,"nextBrokerId":2,"replicas":[]}""")]
    [TestCase("""{"cluster":"c","name":"","masterEpoch":1,"syncStateSet":[],"syncStateSetEpoch":1,"nextBrokerId":2,"replicas":[]}""")]
    [TestCase("""{"cluster":"c","name":"n","masterEpoch":99999999999,"syncStateSet":[],"syncStateSetEpoch":1,"nextBrokerId":2,"replicas":[]}""")]
    [TestCase("""{"name":"n"}""")]
    [TestCase("""[]""")]
    [TestCase("""{""")]
    [TestCase("")]
    public void What_is_no_set_is_not_read_as_one(string text) =>
        Assert.That(() => BrokerSetText.Read(System.Text.Encoding.UTF8.GetBytes(text)), Throws.TypeOf<FormatException>());

    [Test]
    public async Task What_can_not_be_written_is_refused_with_the_reason_and_not_done()
    {
        await using var controller = await TestController.StartAsync(seed: TestController.SetOf(2, 1, 4, 9, 1));
        var master = (await ElectionTests.HeardAsync(controller, 1, 2))[0];
        Directory.CreateDirectory(controller.StatePath + ".tmp/in the way");
        var reply = await master.AlterAsync(4, 9, 1, 2);
        Assert.That((reply.Code, reply.Remark), Is.EqualTo((ResponseCode.SystemError, reply.Remark)));
        Assert.That(reply.Remark, Does.Contain($"the controller's file {controller.StatePath} can't be written: "));

        // Whether the file has it nobody knows: nothing is told of the set until it can be written again.
        Assert.That((await master.AlterAsync(4, 9, 1, 2)).Code, Is.EqualTo(ResponseCode.SystemError));
        Directory.Delete(controller.StatePath + ".tmp", recursive: true);
        Assert.That((await controller.InfoAsync()).InSyncReplicas, Has.Count.EqualTo(1));
        Assert.That((await master.AlterAsync(4, 9, 1, 2)).Code, Is.Zero);
    }

    private static async Task<string> WriteAsync(TestFolder folder)
    {
        var store = await StartAsync(folder);
        await store.WriteAsync(Set.Name, Set, 0, default);
        await store.WriteAsync("another", Set with { Name = "another" }, 0, default);
        return folder.File("state");
    }

    private static async Task<FileControllerStore> StartAsync(TestFolder folder)
    {
        var store = new FileControllerStore(folder.File("state"), "n0", "127.0.0.1:1");
        await store.StartAsync(default);
        return store;
    }

    private static string Print(BrokerSet set) => System.Text.Encoding.UTF8.GetString(BrokerSetText.Write(set));
}
