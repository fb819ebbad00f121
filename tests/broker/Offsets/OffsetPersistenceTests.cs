using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Offsets;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class OffsetPersistenceTests
{
    private readonly MemoryDisk _disk = new();

    [Test]
    public async Task Offsets_are_saved_when_what_they_rest_on_is_safe_and_as_they_were_before_that_was_asked()
    {
        var safe = new TaskCompletionSource<bool>();
        var offsets = Open(safe.Task);
        offsets.Commit("poppers", "Orders", 0, 3);

        var saving = offsets.SaveAsync();
        offsets.Commit("poppers", "Orders", 0, 4);
        Assert.That(Reopen().Query("poppers", "Orders", 0), Is.EqualTo(ConsumerOffsets.NotFound), "a power loss now must not find it");
        safe.SetResult(true);
        await saving;

        Assert.That(Reopen().Query("poppers", "Orders", 0), Is.EqualTo(3));
    }

    [Test]
    public async Task Offsets_that_rest_on_what_may_be_lost_are_not_saved_and_are_once_it_is_safe()
    {
        var isSafe = false;
        var offsets = new ConsumerOffsets(Folder(_disk).Journalled("consumerOffset.json"), null, () => new ValueTask<bool>(isSafe), static _ => true);
        offsets.Commit("poppers", "Payments", 0, 3);

        var refusal = await offsets.SaveAsync();
        var before = Reopen().Query("poppers", "Payments", 0);
        isSafe = true;
        await offsets.SaveAsync();

        Assert.That(refusal, Is.Not.Null);
        Assert.That((before, Reopen().Query("poppers", "Payments", 0)), Is.EqualTo((ConsumerOffsets.NotFound, 3L)));
    }

    [Test]
    public async Task The_offsets_of_light_groups_go_on_from_the_usual_file_and_its_changes()
    {
        var usual = Open(Task.FromResult(true));
        usual.Commit("group", "Orders", 1, 9);
        await usual.SaveAsync();

        var config = Folder(_disk.Killed());
        var light = new ConsumerOffsets(
            config.Journalled("consumerOffset.json"), config.Journalled("lmqConsumerOffset.json"), static () => new ValueTask<bool>(true), static _ => true);

        Assert.That(light.Query("group", "Orders", 1), Is.EqualTo(9));
    }

    [Test]
    public void A_commit_that_comes_when_its_topic_is_just_gone_does_not_stay_for_the_next_topic_of_that_name()
    {
        var isThere = true;
        var offsets = new ConsumerOffsets(Folder(_disk).Journalled("consumerOffset.json"), null, static () => new ValueTask<bool>(true), _ => isThere);
        offsets.Commit("billing", "Orders", 0, 3);
        isThere = false;
        offsets.RemoveTopic("Orders");

        offsets.Commit("billing", "Orders", 0, 4);

        Assert.That(offsets.Pairs, Is.Empty);
    }

    private ConsumerOffsets Reopen() =>
        new(Folder(_disk.Unpowered(keepsNames: false)).Journalled("consumerOffset.json"), null, static () => new ValueTask<bool>(true), static _ => true);

    private ConsumerOffsets Open(Task<bool> untilSafe) =>
        new(Folder(_disk).Journalled("consumerOffset.json"), null, () => new ValueTask<bool>(untilSafe), static _ => true);

    private static ConfigFolder Folder(MemoryDisk disk) => ConfigFolder.Open("/store/config", disk, new VirtualTimeProvider(), NullLoggerFactory.Instance);
}
