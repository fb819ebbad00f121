using System.Globalization;
using Newtonsoft.Json.Linq;
using RocketMQ.Broker.Replication;
using RocketMQ.Broker.Roles;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Pulling;

/// <summary>
/// Whom a group is sent to, and what a slave gives it: as Apache's 5.3.3 brokers answered for each setting of slaveReadEnable and
/// accessMessageInMemoryMaxRatio, in both roles, to a group that reads from the master and one whose broker is the slave.
/// </summary>
public class SlavePullTests
{
    private const int Messages = 76;

    private static readonly BrokerRole Slave = BrokerRole.Slave(1);

    private static IEnumerable<TestCaseData> Recorded => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Pulling", "golden", "slave-pulls-5.3.3.jsonl"))
        .Select(JObject.Parse)
        .GroupBy(answer => string.Join(' ', ((string)answer["what"]!).Split(' ').Skip(1).Take(3)))
        .Select(set => new TestCaseData((object)set.ToArray()).SetArgDisplayNames(set.Key));

    [TestCaseSource(nameof(Recorded))]
    public async Task Pulls_are_answered_as_by_Apaches_brokers_of_that_role(JObject[] recorded)
    {
        var (isRead, ratio, role, _, _) = Parse(recorded[0]);
        var clock = new VirtualTimeProvider();
        await using var broker = await StartAsync(isRead, ratio, clock);
        if (role == "slave")
        {
            await broker.Server.ChangeRoleAsync(Slave);
        }

        foreach (var answer in recorded)
        {
            var (_, _, _, group, place) = Parse(answer);
            var pulling = PullAsync(broker, group, place);
            var response = await Eventually.GetAsync(
                clock, TimeSpan.FromMilliseconds(100), () => Task.FromResult(pulling.IsCompleted ? pulling.Result : null), "an answer");

            Assert.That(response.Code, Is.EqualTo((int)answer["code"]!), $"{answer["what"]}: {response.Remark}");
            if (answer["suggestWhichBrokerId"] is not null)
            {
                var header = response.ReadHeader<PullMessageResponseHeader>();
                Assert.That(response.Remark, Is.EqualTo((string)answer["remark"]!), (string)answer["what"]!);
                Assert.That(
                    (header.SuggestWhichBrokerId, header.NextBeginOffset, header.MinOffset, header.MaxOffset),
                    Is.EqualTo((Number(answer, "suggestWhichBrokerId"), Number(answer, "nextBeginOffset"), Number(answer, "minOffset"), Number(answer, "maxOffset"))),
                    (string)answer["what"]!);
                Assert.That(TestBroker.Messages(response), Has.Count.EqualTo((int?)answer["msgs"] ?? 0), (string)answer["what"]!);
            }
            else
            {
                Assert.That(response.Remark, Does.StartWith(((string)answer["remark"]!).Split('\n')[0].TrimEnd()), (string)answer["what"]!);
            }
        }
    }

    [Test]
    public async Task A_slave_that_checks_offsets_moves_a_group_as_the_master_would()
    {
        await using var broker = await StartAsync(isRead: true, 40, new VirtualTimeProvider(), checksOffsets: true);
        await broker.Server.ChangeRoleAsync(Slave);

        var response = await broker.PullAsync("Orders", 0, Messages + 100, "G_SLAVE");

        Assert.That(response.Code, Is.EqualTo(ResponseCode.PullOffsetMoved));
        Assert.That(response.ReadHeader<PullMessageResponseHeader>().NextBeginOffset, Is.EqualTo(Messages));
    }

    /// <summary>The slave has nothing of a queue yet that the group is far into.</summary>
    [TestCase(7L)]
    [TestCase(1L)]
    public async Task A_slave_without_the_queue_moves_nobody_to_its_begin(long offset)
    {
        await using var broker = await StartAsync(isRead: true, 40, new VirtualTimeProvider());
        await broker.CreateTopicAsync("Bills");
        await broker.Server.ChangeRoleAsync(Slave);

        var response = await broker.PullAsync("Bills", 1, offset, "G_SLAVE");

        Assert.That(response.Code, Is.EqualTo(ResponseCode.PullRetryImmediately));
        var header = response.ReadHeader<PullMessageResponseHeader>();
        Assert.That((header.NextBeginOffset, header.SuggestWhichBrokerId), Is.EqualTo((offset, 1L)));
    }

    [Test]
    public async Task A_pull_that_waits_on_a_slave_is_answered_when_its_log_has_the_message_and_its_commits_count()
    {
        await using var broker = await StartAsync(isRead: true, 40, new VirtualTimeProvider());
        await broker.Server.ChangeRoleAsync(Slave);
        var waiting = broker.PullAsync("Orders", 0, Messages, "G_SLAVE", waitMs: 20_000, commitOffset: 70);
        await Eventually.BecomesAsync(() => broker.Server.Features.Pulls.ParkedCount == 1, "the pull to wait");

        await broker.Server.Features.Store.AllowAppendsAsync();
        ShippedLog.Append(broker.Server.Features.Store, "Orders", 0, [7]);
        broker.Server.Features.Store.ForbidAppends();

        Assert.That(TestBroker.Messages(await waiting).Single().Body, Is.EqualTo(new byte[] { 7 }));
        Assert.That(broker.Server.Features.Offsets.Query("G_SLAVE", "Orders", 0), Is.EqualTo(70));
        var committed = await broker.CallAsync(
            RequestCode.UpdateConsumerOffset, new UpdateConsumerOffsetRequestHeader { ConsumerGroup = "G_SLAVE", Topic = "Orders", QueueId = 0, CommitOffset = 71 });
        Assert.That(committed.Code, Is.EqualTo(ResponseCode.Success));
        Assert.That(broker.Server.Features.Offsets.Query("G_SLAVE", "Orders", 0), Is.EqualTo(71));
    }

    private static async Task<TestBroker> StartAsync(bool isRead, int ratio, TimeProvider clock, bool checksOffsets = false)
    {
        var broker = await TestBroker.StartAsync(
            o => o with { Replication = new ReplicationOptions { SlaveReadEnable = isRead, OffsetCheckInSlave = checksOffsets } },
            s => s with { AccessMessageInMemoryMaxRatio = ratio }, clock);
        await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "G_A" });
        await broker.CallJsonAsync(RequestCode.UpdateAndCreateSubscriptiongroup, null, new SubscriptionGroupConfig { GroupName = "G_SLAVE", BrokerId = 1 });
        for (var i = 0; i < Messages; i++)
        {
            await broker.SendAsync("Orders", [(byte)i]);
        }

        return broker;
    }

    private static Task<RemotingCommand> PullAsync(TestBroker broker, string group, string place) => place switch
    {
        "offset 0" => broker.PullAsync("Orders", 0, 0, group, count: 8),
        "last message" => broker.PullAsync("Orders", 0, Messages - 1, group, count: 8),
        "at max, no suspend" => broker.PullAsync("Orders", 0, Messages, group),
        "at max, suspend 2000" => broker.PullAsync("Orders", 0, Messages, group, waitMs: 2000),
        "beyond max+100" => broker.PullAsync("Orders", 0, Messages + 100, group),
        "unknown topic" => broker.PullAsync("HA_NONE", 0, 0, group),
        "commitOffset flag" => broker.PullAsync("Orders", 0, 0, group, count: 1, commitOffset: 0),
        _ => throw new ArgumentException(place),
    };

    /// <summary>Of <c>pull slaveReadEnable=false ratio=40 master G_A offset 0</c>.</summary>
    private static (bool IsRead, int Ratio, string Role, string Group, string Place) Parse(JObject answer)
    {
        var words = ((string)answer["what"]!).Split(' ', 6);
        return (words[1].EndsWith("true", StringComparison.Ordinal), int.Parse(words[2].Split('=')[1], CultureInfo.InvariantCulture), words[3], words[4], words[5]);
    }

    private static long Number(JObject answer, string field) => long.Parse((string)answer[field]!, CultureInfo.InvariantCulture);
}
