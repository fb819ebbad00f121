using System.Globalization;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;

namespace RocketMQ.Broker.Tests.Statistics;

/// <summary>What operators are told of how the broker does.</summary>
public sealed class StatisticsAdministrationTests
{
    private TestBroker _broker;

    [SetUp]
    public async Task StartAsync()
    {
        _broker = await TestBroker.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await _broker.SendAsync("orders", [1, 2, 3]);
        }

        await _broker.SendAsync("orders", [1], properties: [new("DELAY", "18")]);
        await _broker.PullAsync("orders", 0, 0, "readers");
        await _broker.CallAsync(
            RequestCode.UpdateConsumerOffset,
            new UpdateConsumerOffsetRequestHeader { ConsumerGroup = "readers", Topic = "orders", QueueId = 0, CommitOffset = 2 });
    }

    [TearDown]
    public async Task StopAsync() => await _broker.DisposeAsync();

    [Test]
    public async Task Runtime_info_counts_and_measures()
    {
        var info = (await _broker.CallAsync(RequestCode.GetBrokerRuntimeInfo)).ReadBody<KVTable>().Table;

        Assert.Multiple(() =>
        {
            Assert.That(info["msgPutTotalTodayNow"], Is.EqualTo("5"));
            Assert.That(info["msgGetTotalTodayNow"], Is.EqualTo("5"));
            Assert.That(info["putMessageTimesTotal"], Is.EqualTo("6"));
            Assert.That(info["scheduleMessageOffset_18"], Is.EqualTo("0,1"));
            Assert.That(info["brokerVersionDesc"], Is.EqualTo("V5_3_3"));
            Assert.That(info["brokerActive"], Is.EqualTo("true"));
            Assert.That(info["dispatchBehindBytes"], Is.EqualTo("0"));
            Assert.That(info["remainHowManyDataToFlush"], Does.Match("^[0-9.]+ (B|KiB)$"));
            Assert.That(info["commitLogDirCapacity"], Does.Match(@"^Total : [0-9.]+ [KMGTP]iB, Free : [0-9.]+ [KMGTP]iB\.$"));
            Assert.That(info["putMessageDistributeTime"], Does.StartWith("[<=0ms]:").And.EndsWith("[10s~]:0 "));
            Assert.That(info["runtime"], Does.Match(@"^\[ 0 days, 0 hours, 0 minutes, [0-9]+ seconds \]$"));
        });
    }

    /// <summary>clusterList takes these apart without asking.</summary>
    [TestCase("putTps")]
    [TestCase("getTransferredTps")]
    [TestCase("getTransferedTps")]
    [TestCase("getTotalTps")]
    [TestCase("commitLogDiskRatio")]
    [TestCase("earliestMessageTimeStamp")]
    [TestCase("timerReadBehind")]
    [TestCase("timerEnqueueTps")]
    [TestCase("sendThreadPoolQueueHeadWaitTimeMills")]
    [TestCase("ackThreadPoolQueueSize")]
    [TestCase("pageCacheLockTimeMills")]
    [TestCase("msgPutTotalYesterdayMorning")]
    public async Task Runtime_info_has_the_numbers_that_tools_parse(string key)
    {
        var info = (await _broker.CallAsync(RequestCode.GetBrokerRuntimeInfo)).ReadBody<KVTable>().Table;

        Assert.That(info[key].Split(' '), Has.All.Matches<string>(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)));
    }

    [TestCase("TOPIC_PUT_NUMS", "orders", 5)]
    [TestCase("GROUP_GET_NUMS", "orders@readers", 5)]
    [TestCase("BROKER_PUT_NUMS", "DefaultCluster", 6)]
    [TestCase("BROKER_PUT_NUMS_WITHOUT_SYSTEM_TOPIC", "DefaultCluster", 5)]
    [TestCase("BROKER_GET_NUMS", "DefaultCluster", 5)]
    [TestCase("SNDBCK_PUT_NUMS", "orders@readers", 0)]
    public async Task A_counter_is_found_by_Apaches_name(string name, string key, int sum)
    {
        var data = (await ViewAsync(name, key)).ReadBody<BrokerStatsData>();

        Assert.That((data.StatsMinute.Sum, data.StatsHour.Sum, data.StatsDay.Sum), Is.EqualTo(((long)sum, (long)sum, (long)sum)));
        Assert.That(data.StatsMinute.Tps, Is.EqualTo(sum / 10.0).Within(5).Percent);
    }

    [TestCase("TOPIC_PUT_LATENCY", "0@orders")]
    [TestCase("GROUP_GET_LATENCY", "0@orders@readers")]
    [TestCase("TOPIC_PUT_SIZE", "orders")]
    [TestCase("GROUP_GET_SIZE", "orders@readers")]
    public async Task A_counter_that_measures_is_found_by_Apaches_name(string name, string key) =>
        Assert.That((await ViewAsync(name, key)).Code, Is.Zero);

    [TestCase("TOPIC_PUT_NUMS", "nothing")]
    [TestCase("GROUP_GET_NUMS", "orders")]
    [TestCase("BROKER_PUT_NUMS", "OtherCluster")]
    [TestCase("NONSENSE", "orders")]
    public async Task A_counter_that_is_not_kept_is_refused_by_name(string name, string key)
    {
        var reply = await ViewAsync(name, key);

        Assert.That((reply.Code, reply.Remark), Is.EqualTo((1, $"The stats <{name}> <{key}> not exist")));
    }

    [Test]
    public async Task Every_groups_progress_is_told_with_the_sum_of_what_lies_ahead()
    {
        var list = (await _broker.CallAsync(RequestCode.GetBrokerConsumeStats, new GetConsumeStatsInBrokerRequestHeader())).ReadBody<ConsumeStatsList>();
        var stats = list.Groups.Single(g => g.ContainsKey("readers"))["readers"].Single();

        Assert.Multiple(() =>
        {
            Assert.That(list.BrokerAddr, Is.EqualTo(_broker.Address));
            Assert.That((list.TotalDiff, list.TotalInflightDiff), Is.EqualTo((3L, 3L)));
            Assert.That(stats.OffsetTable[new MessageQueue("orders", "broker-a", 0)], Has.Property("BrokerOffset").EqualTo(5).And.Property("LastTimestamp").Positive);
            Assert.That(stats.ConsumeTps, Is.Positive);
        });
    }

    [Test]
    public async Task Only_ordered_topics_are_told_when_asked_for_them()
    {
        var list = (await _broker.CallAsync(
            RequestCode.GetBrokerConsumeStats, new GetConsumeStatsInBrokerRequestHeader { IsOrder = true })).ReadBody<ConsumeStatsList>();

        Assert.That(list.Groups.Single(g => g.ContainsKey("readers"))["readers"], Is.Empty);
    }

    [Test]
    public async Task A_store_without_messages_is_not_centuries_old()
    {
        await using var empty = await TestBroker.StartAsync();
        var info = (await empty.CallAsync(RequestCode.GetBrokerRuntimeInfo)).ReadBody<KVTable>().Table;

        Assert.That(
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(info["earliestMessageTimeStamp"], CultureInfo.InvariantCulture)),
            Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task The_broker_is_a_master_without_slaves()
    {
        var status = (await _broker.CallAsync(RequestCode.GetBrokerHaStatus)).ReadBody<HARuntimeInfo>();

        Assert.That((status.Master, status.HaConnectionInfo.Count), Is.EqualTo((true, 0)));
        Assert.That(status.MasterCommitLogMaxOffset, Is.Positive);
    }

    private Task<RemotingCommand> ViewAsync(string name, string key) => _broker.CallAsync(
        RequestCode.ViewBrokerStatsData, new ViewBrokerStatsDataRequestHeader { StatsName = name, StatsKey = key });
}
