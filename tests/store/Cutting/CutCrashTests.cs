namespace RocketMQ.Store.Tests.Cutting;

/// <summary>A cut that the power is lost in, at each of its operations: the old log is there or the new one, and the next one finishes what was begun.</summary>
internal sealed class CutCrashTests
{
    [Test]
    public async Task Whenever_the_power_is_lost_the_log_is_the_old_one_or_the_new_one([Values] bool isKilled, [Values(0.1, 0.55, 0.9)] double where)
    {
        var mixed = await MixedStore.BuildAsync(isKilled, records: 60);
        var end = mixed.Boundaries[(int)(mixed.Boundaries.Count * where)];
        var (old, cut) = (0, 0);
        for (var operation = 1; ; operation++)
        {
            var disk = MixedStore.Disk(mixed.Image, seed: operation);
            disk.LosePowerAfter(operation);
            try
            {
                MessageStore.Cut(MixedStore.Options, end, disk);
            }
            catch (IOException)
            {
                Assert.That(disk.IsGone, Is.True);
            }
            if (!disk.IsGone)
            {
                break;
            }
            var because = $"power lost at operation {disk.LastOperation}";
            var after = MixedStore.Disk(disk.Survivors);
            await using (var store = MixedStore.Open(after))
            {
                var found = store.MaxPhysicalOffset;
                Assert.That(found, Is.EqualTo(end).Or.EqualTo(mixed.End), because);
                (old, cut) = found == end ? (old, cut + 1) : (old + 1, cut);
                await mixed.AssertListsUpToAsync(found, store, because);
            }

            var again = MixedStore.Disk(disk.Survivors);
            MessageStore.Cut(MixedStore.Options, end, again);
            mixed.AssertLogEndsAt(end, again);
            await mixed.AssertListsUpToAsync(end, MixedStore.Open(again), because);
        }
        TestContext.Out.WriteLine($"{old} times the old log, {cut} times the new one");
        Assert.That(old, Is.GreaterThan(0));
        Assert.That(cut, Is.GreaterThan(20));
    }

    [Test]
    public async Task The_power_may_be_lost_again_while_a_start_finishes_the_cut()
    {
        var mixed = await MixedStore.BuildAsync(isKilled: true, records: 60);
        var end = mixed.Boundaries[25];
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var image = mixed.Image;
            for (var crash = 0; crash < 4; crash++)
            {
                var disk = MixedStore.Disk(image, random.Next());
                disk.LosePowerAfter(random.Next(1, 60));
                try
                {
                    if (crash == 0)
                    {
                        MessageStore.Cut(MixedStore.Options, end, disk);
                    }
                    else
                    {
                        await MixedStore.Open(disk).StopAsync();
                    }
                }
                catch (IOException)
                {
                }
                disk.LosePower();
                image = disk.Survivors;
            }
            var last = MixedStore.Open(MixedStore.Disk(image));
            Assert.That(last.MaxPhysicalOffset, Is.EqualTo(end).Or.EqualTo(mixed.End), $"round {round}");
            await mixed.AssertListsUpToAsync(last.MaxPhysicalOffset, last, $"round {round}");
        }
    }
}
