using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Offsets;

public class OffsetPersistenceTests
{
    private readonly TestFolder _folder = new();

    private string FilePath => _folder.File("consumerOffset.json");

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Offsets_are_written_when_what_they_rest_on_is_safe_and_as_they_were_before_that_was_asked()
    {
        var safe = new TaskCompletionSource<bool>();
        var offsets = Open(safe.Task);
        offsets.Commit("poppers", "Orders", 0, 3);

        var persisting = offsets.PersistAsync().AsTask();
        offsets.Commit("poppers", "Orders", 0, 4);
        Assert.That(File.Exists(FilePath), Is.False, "a power loss now must not find it");
        safe.SetResult(true);
        await persisting;

        Assert.That(Open(Task.FromResult(true)).Query("poppers", "Orders", 0), Is.EqualTo(3));
    }

    [Test]
    public async Task Offsets_that_rest_on_what_may_be_lost_are_not_written()
    {
        var offsets = Open(Task.FromResult(false));
        offsets.Commit("poppers", "Payments", 0, 3);

        await offsets.PersistAsync();

        Assert.That(Open(Task.FromResult(true)).Query("poppers", "Payments", 0), Is.EqualTo(ConsumerOffsets.NotFound));
    }

    private ConsumerOffsets Open(Task<bool> untilSafe) =>
        new(new ConfigFile(FilePath, PhysicalFileSystem.Instance, NullLogger.Instance), null, () => new ValueTask<bool>(untilSafe));
}
