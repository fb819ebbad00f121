using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Health;
using RocketMQ.Broker.Offsets;
using RocketMQ.Broker.Persistence;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Remoting.Configuration;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Persistence;

/// <summary>Tables over the journal, on a disk that forgets, fails or is changed by others.</summary>
public class JournalTests
{
    private const string Folder = "/store/config";

    private static readonly BrokerOptions Options = new();

    [Test]
    public async Task Whatever_moment_the_power_goes_or_the_process_is_killed_at_what_was_answered_is_there()
    {
        var disk = new MemoryDisk();
        var answered = 0;
        var moments = new List<(int Answered, MemoryDisk Left)>();
        disk.Changed = () =>
        {
            foreach (var left in new[] { disk.Killed(), disk.Unpowered(keepsNames: false), disk.Unpowered(keepsNames: true) })
            {
                moments.Add((answered, left));
            }
        };

        // Each step is a change of one topic: made, changed or deleted; between them files are written, segments begun and the broker restarted.
        var steps = new List<(string Topic, int Queues)>();
        for (var run = 0; run < 3; run++)
        {
            var config = Open(disk);
            var topics = Topics(config);
            config.Start();
            for (var i = 0; i < 6; i++)
            {
                var (topic, queues) = ($"T{i % 4}", i == 4 ? 0 : 1 + run + i);
                steps.Add((topic, queues));
                _ = queues == 0 ? topics.Remove(topic) : Put(topics, topic, queues);
                Assert.That(await topics.Saved, Is.Null);
                answered++;
                if (i is 2 or 4)
                {
                    await config.SaveDueAsync();
                }
            }

            if (run < 2)
            {
                await config.DisposeAsync();
            }
        }

        Assert.That(moments, Has.Count.GreaterThan(300));
        foreach (var (known, left) in moments)
        {
            var found = Topics(Open(left));
            for (var i = 0; i < 4; i++)
            {
                var topic = $"T{i}";
                int After(int count) => steps.Take(count).LastOrDefault(s => s.Topic == topic).Queues;
                Assert.That(found.Get(topic)?.ReadQueueNums ?? 0, Is.EqualTo(After(known)).Or.EqualTo(After(known + 1)), () => $"{topic} after {known} steps:\n{Describe(left)}");
            }
        }
    }

    [Test]
    public async Task A_torn_end_costs_what_was_not_answered_and_nothing_before_it()
    {
        var disk = new MemoryDisk();
        var topics = Topics(Open(disk));
        Put(topics, "First", 3);
        await topics.Saved;
        var segment = disk.Texts().Keys.Single(p => p.Contains("/changes/", StringComparison.Ordinal));
        var firstEnds = disk.Get(segment).Length;
        Put(topics, "Second", 5);
        await topics.Saved;
        var whole = disk.Get(segment);

        for (var length = firstEnds; length < whole.Length; length++)
        {
            var torn = disk.Killed();
            torn.Set(segment, [.. whole[..length], .. new byte[length % 3 * 50]]);
            var found = Topics(Open(torn));
            Assert.That((found.Get("First")?.ReadQueueNums, found.Get("Second")), Is.EqualTo(((int?)3, (TopicConfig?)null)), $"cut at {length}");
        }
    }

    [Test]
    public async Task After_a_torn_end_the_next_run_goes_on()
    {
        var disk = new MemoryDisk();
        var topics = Topics(Open(disk));
        Put(topics, "First", 3);
        await topics.Saved;
        var segment = disk.Texts().Keys.Single(p => p.Contains("/changes/", StringComparison.Ordinal));
        disk.Set(segment, [.. disk.Get(segment), 200, 0, 0, 0, 1, 2, 3]);

        var second = Topics(Open(disk));
        Put(second, "Second", 5);
        await second.Saved;
        var third = Topics(Open(disk.Unpowered(keepsNames: false)));

        Assert.That((third.Get("First")?.ReadQueueNums, third.Get("Second")?.ReadQueueNums), Is.EqualTo(((int?)3, (int?)5)));
    }

    [Test]
    public async Task A_file_that_another_broker_has_written_since_counts_and_the_other_tables_keep_their_changes()
    {
        var disk = new MemoryDisk();
        var config = Open(disk);
        var (topics, groups) = (Topics(config), Groups(config));
        Put(topics, "Written", 1);
        config.Start();
        await topics.Saved;
        await config.SaveDueAsync();
        Put(topics, "Journalled", 1);
        groups.Put(new SubscriptionGroupConfig { GroupName = "journalled", RetryMaxTimes = 7 });
        groups.SetReadable("journalled", "Written", false);
        await topics.Saved;
        await groups.Saved;

        var left = disk.Killed();
        var path = $"{Folder}/topics.json";
        left.Set(path, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(left.Get(path)).Replace("\"Written\"", "\"ByApache\"", StringComparison.Ordinal)));
        var next = Open(left);
        var (topicsThen, groupsThen) = (Topics(next), Groups(next));

        Assert.Multiple(() =>
        {
            Assert.That(topicsThen.Get("ByApache"), Is.Not.Null);
            Assert.That(topicsThen.Get("Written"), Is.Null);
            Assert.That(topicsThen.Get("Journalled"), Is.Null);
            Assert.That(groupsThen.Find("journalled")!.RetryMaxTimes, Is.EqualTo(7));
            Assert.That(groupsThen.MayRead("journalled", "Written"), Is.False);
        });
    }

    [Test]
    public async Task On_a_full_disk_a_change_is_answered_with_the_reason_and_saved_when_there_is_space()
    {
        var disk = new MemoryDisk { Broken = "/changes/" };
        var clock = new VirtualTimeProvider();
        var config = Open(disk, clock);
        var topics = Topics(config);
        Put(topics, "Orders", 4);

        var refusal = await PassAsync(clock, topics.Saved);
        var health = new SavingCheck(config).Look().Single();
        var isTopicRefused = await PassAsync(clock, topics.SavedAsync("Orders", "Orders"));
        var isOtherRefused = await PassAsync(clock, topics.SavedAsync("SELF_TEST_TOPIC", "Known"));
        Put(topics, "Payments", 2);
        disk.Broken = null;
        while (await PassAsync(clock, topics.Saved) is not null)
        {
            // An attempt that was under way already.
        }

        var found = Topics(Open(disk.Unpowered(keepsNames: false)));

        Assert.Multiple(() =>
        {
            Assert.That(refusal?.Kind, Is.EqualTo(RefusalKind.SystemError));
            Assert.That(refusal?.Reason, Does.Contain("changes").And.Contain("No space left"));
            Assert.That(health.IsOk, Is.False);
            Assert.That(health.Detail, Does.Contain("No space left"));
            Assert.That(isTopicRefused, Is.Not.Null);
            Assert.That(isOtherRefused, Is.Null, "a topic that is durable is not held up");
            Assert.That((found.Get("Orders")?.ReadQueueNums, found.Get("Payments")?.ReadQueueNums), Is.EqualTo(((int?)4, (int?)2)));
            Assert.That(new SavingCheck(config).Look().Single().IsOk, Is.True);
        });
    }

    /// <summary>Lets time pass until an answer is there: an attempt that failed is followed by another after a while only.</summary>
    private static async Task<Refusal?> PassAsync(VirtualTimeProvider clock, Task<Refusal?> answer)
    {
        while (!answer.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(answer, Task.Delay(10, CancellationToken.None));
        }

        return await answer;
    }

    [Test]
    public async Task A_clean_stop_leaves_all_in_Apaches_files_and_nothing_of_the_journal()
    {
        var disk = new MemoryDisk();
        var config = Open(disk);
        var topics = Topics(config);
        config.Start();
        Put(topics, "Orders", 4);

        await config.DisposeAsync();

        var files = disk.Unpowered(keepsNames: false).Texts();
        Assert.That(files.Keys, Is.EqualTo(new[] { $"{Folder}/topics.json" }));
        Assert.That(files[$"{Folder}/topics.json"], Does.Contain("\"Orders\""));
    }

    [Test]
    public async Task A_stop_at_which_the_journal_fails_still_writes_the_files_and_one_at_which_a_file_fails_keeps_the_journal()
    {
        var journalFails = new MemoryDisk { Broken = "/changes/" };
        var config = Open(journalFails);
        var topics = Topics(config);
        config.Start();
        Put(topics, "Orders", 4);
        await topics.Saved;
        await config.DisposeAsync();

        var fileFails = new MemoryDisk { Broken = "topics.json" };
        var other = Open(fileFails);
        var otherTopics = Topics(other);
        other.Start();
        Put(otherTopics, "Orders", 4);
        var thrown = Assert.ThrowsAsync<IOException>(async () => await other.DisposeAsync());

        Assert.That(Topics(Open(journalFails.Unpowered(keepsNames: false))).Get("Orders"), Is.Not.Null);
        Assert.That(thrown!.Message, Does.Contain("topics.json").And.Contain("No space left"));
        Assert.That(Topics(Open(fileFails.Unpowered(keepsNames: false))).Get("Orders"), Is.Not.Null);
    }

    [Test]
    public async Task A_start_that_fails_half_way_loses_nothing_of_the_tables_it_did_not_reach()
    {
        var disk = new MemoryDisk();
        var first = Open(disk);
        var groups = Groups(first);
        groups.Put(new SubscriptionGroupConfig { GroupName = "kept" });
        await groups.Saved;

        var half = Open(disk);
        Topics(half);
        await half.DisposeAsync();

        Assert.That(Groups(Open(disk)).Contains("kept"), Is.True);
    }

    [Test]
    public async Task One_offset_of_many_costs_a_few_bytes_and_is_known_after_a_kill()
    {
        var disk = new MemoryDisk();
        var config = Open(disk);
        var offsets = Offsets(config);
        for (var i = 0; i < 10_000; i++)
        {
            offsets.Commit($"g{i}", "Orders", 0, i);
        }

        await offsets.SaveAsync();
        var before = disk.Written;
        offsets.Commit("g77", "Orders", 0, 1_000);
        offsets.Commit("g77", "Orders", 3, 2_000);
        await offsets.SaveAsync();
        var cost = disk.Written - before;
        offsets.RemoveGroup("g78");
        await offsets.SaveAsync();

        var found = Offsets(Open(disk.Unpowered(keepsNames: false)));
        Assert.That(cost, Is.LessThan(200));
        Assert.That(
            (found.Query("g77", "Orders", 0), found.Query("g77", "Orders", 3), found.Query("g78", "Orders", 0), found.Query("g79", "Orders", 0)),
            Is.EqualTo((1_000L, 2_000L, ConsumerOffsets.NotFound, 79L)));
    }

    [Test]
    public async Task Segments_go_when_the_files_hold_what_is_in_them()
    {
        var disk = new MemoryDisk();
        var config = Open(disk);
        var topics = Topics(config);
        Put(topics, "Orders", 4);
        await topics.Saved;
        var second = Open(disk);
        var reopened = Topics(second);
        second.Start();

        await second.SaveDueAsync();

        Assert.That(disk.Texts()[$"{Folder}/topics.json"], Does.Contain("\"Orders\""), "what a kill left is brought into the file soon");
        Assert.That(second.Failures(), Is.Empty);
        Assert.That(disk.FileNames($"{Folder}/changes"), Has.Count.EqualTo(1));
        Assert.That(reopened.Version.Counter, Is.GreaterThan(0));
    }

    [Test]
    public async Task Until_all_of_a_topic_is_gone_its_deletion_stays_in_the_journal_for_the_next_start_to_finish()
    {
        var disk = new MemoryDisk();
        var (config, topics) = await WithOrdersAsync(disk);
        var deletion = await topics.BeginDeletionAsync();
        topics.Remove("Orders");
        await topics.Saved;

        var saving = config.DisposeAsync().AsTask();
        var during = Topics(Open(disk.Unpowered(keepsNames: false)));
        deletion.Dispose();
        await saving;
        var after = Topics(Open(disk.Unpowered(keepsNames: false)));

        Assert.That((during.Get("Orders"), after.Get("Orders")), Is.EqualTo(((TopicConfig?)null, (TopicConfig?)null)));
        Assert.That((during.DeletedBeforeStart, after.DeletedBeforeStart.Count), Is.EqualTo((new[] { "Orders" }, 0)));
    }

    [Test]
    public async Task A_start_that_failed_leaves_to_the_next_what_the_journal_tells_of()
    {
        var disk = new MemoryDisk();
        var (config, topics) = await WithOrdersAsync(disk);
        topics.Remove("Orders");
        await topics.Saved;
        var left = disk.Killed();

        var failed = Open(left);
        _ = Topics(failed);
        await failed.DisposeAsync();

        Assert.That(Topics(Open(left)).DeletedBeforeStart, Is.EqualTo(new[] { "Orders" }));
    }

    [Test]
    public async Task A_change_that_makes_no_sense_is_told_with_its_file_its_table_and_its_key()
    {
        var disk = new MemoryDisk();
        var table = Open(disk).Journalled("topics.json");
        table.Load(_ => "", _ => { }, (_, _) => { }, () => new ValueTask<byte[]?>((byte[]?)null));
        Assert.That(await table.WaitAsync(table.Put("Orders", "no topic"u8)), Is.Null);

        Assert.That(
            () => Topics(Open(disk.Killed())),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("/store/config/changes").And.Message.Contains("topics.json").And.Message.Contains("'Orders'"));
    }

    /// <summary>A folder whose file holds a topic.</summary>
    private static async Task<(ConfigFolder Config, TopicTable Topics)> WithOrdersAsync(MemoryDisk disk)
    {
        var config = Open(disk);
        var topics = Topics(config);
        Put(topics, "Orders", 4);
        config.Start();
        await config.SaveDueAsync();
        return (config, topics);
    }

    private static bool Put(TopicTable topics, string topic, int queues)
    {
        topics.Put(new TopicConfig { TopicName = topic, ReadQueueNums = queues, WriteQueueNums = queues, Perm = 6 });
        return true;
    }

    private static ConfigFolder Open(MemoryDisk disk, TimeProvider? time = null) =>
        ConfigFolder.Open(Folder, disk, time ?? new VirtualTimeProvider(), NullLoggerFactory.Instance);

    private static TopicTable Topics(ConfigFolder config) =>
        new(Options, config.Journalled("topics.json"), new VirtualTimeProvider(), NullLogger<TopicTable>.Instance);

    private static SubscriptionGroups Groups(ConfigFolder config) =>
        new(Options, config.Journalled("subscriptionGroup.json"), new VirtualTimeProvider(), NullLogger<SubscriptionGroups>.Instance);

    private static ConsumerOffsets Offsets(ConfigFolder config) =>
        new(config.Journalled("consumerOffset.json"), null, static () => new ValueTask<bool>(true), static _ => true);

    private static string Describe(MemoryDisk disk) => string.Join("\n", disk.Texts().Select(f => $"{f.Key}: {f.Value.Length} characters"));
}
