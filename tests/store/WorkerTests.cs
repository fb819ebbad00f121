using Microsoft.Extensions.Logging.Abstractions;

namespace RocketMQ.Store.Tests;

/// <summary>A store's thread ends when it is told to, whatever its round is at.</summary>
internal sealed class WorkerTests
{
    [Test]
    public void A_stop_that_comes_while_a_round_rests_is_not_slept_through()
    {
        for (var i = 0; i < 200; i++)
        {
            using var worker = new Worker("test", TimeProvider.System, NullLogger.Instance);
            using var rests = new ManualResetEventSlim();
            worker.Start(() =>
            {
                rests.Set();
                worker.Sleep(TimeSpan.FromMilliseconds(1));
                worker.Sleep(TimeSpan.FromMilliseconds(1));
            });
            worker.Wake();
            rests.Wait();
            Assert.That(Task.Run(worker.Stop).Wait(TimeSpan.FromSeconds(10)), Is.True);
        }
    }

    [Test]
    public async Task Timers_that_fire_while_a_store_closes_find_what_they_call([Values] FlushDiskType flushDiskType)
    {
        for (var i = 0; i < 100; i++)
        {
            using var directory = new TestDirectory();
            await using var store = MessageStore.Open(new StoreOptions
            {
                StorePathRootDir = directory, MappedFileSizeCommitLog = 64 * 1024, FlushDiskType = flushDiskType, FlushIntervalCommitLog = 1, FlushIntervalConsumeQueue = 1,
                MaxHashSlotNum = 10, MaxIndexNum = 100,
            });
            store.Start();
            for (var j = 0; j < 5; j++)
            {
                store.Append("T", j, "m");
            }
        }
    }
}
