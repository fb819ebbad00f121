using RocketMQ.Broker.Host;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Store;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Statistics;

/// <summary>What a broker says of a log in several directories.</summary>
internal sealed class SpreadLogTests
{
    [Test]
    public async Task Runtime_info_has_the_use_of_each_directory_s_disk_and_of_the_emptiest()
    {
        using var folder = new TestFolder();
        var (first, second) = (folder.File("disk1"), folder.File("disk2"));
        await using var broker = await TestBroker.StartAsync(configureStore: store => store with { StorePathCommitLog = $"{first},{second}" }, directory: folder.File("store"));

        var info = (await broker.CallAsync(RequestCode.GetBrokerRuntimeInfo)).ReadBody<KVTable>().Table;

        Assert.That(info.Keys.Where(key => key.StartsWith("commitLogDiskRatio", StringComparison.Ordinal)), Is.EquivalentTo([
            "commitLogDiskRatio", $"commitLogDiskRatio_{first}", $"commitLogDiskRatio_{second}"]));
    }

    [Test]
    public void A_directory_that_is_missing_keeps_a_broker_from_starting_with_a_sentence()
    {
        using var folder = new TestFolder();
        var failure = Assert.CatchAsync(() => TestBroker.StartAsync(
            configureStore: store => store with { ReadOnlyCommitLogStorePaths = folder.File("disk2") }, directory: folder.File("store")))!;

        var sentence = $"readOnlyCommitLogStorePaths: there is no directory {folder.File("disk2")}. Mount its disk, or take it out when its files have gone.";
        Assert.That(failure, Is.TypeOf<StorePathException>());
        Assert.That(StartFailure.Explain(failure), Is.EqualTo(sentence));
        Assert.That(StartFailure.Explain(failure, "store", "port", "address", "directory"), Is.EqualTo(sentence));
    }
}
