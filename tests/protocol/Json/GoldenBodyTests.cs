using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Protocol.Tests.Json;

/// <summary>Texts that Apache 5.3.3's own classes printed come out byte for byte after having been read.</summary>
public sealed class GoldenBodyTests
{
    [TestCase("route-default", typeof(TopicRouteData), JsonStyle.Compact)]
    [TestCase("route-std", typeof(TopicRouteData), JsonStyle.Standard)]
    [TestCase("clusterinfo", typeof(ClusterInfo), JsonStyle.Compact)]
    [TestCase("consumestats", typeof(ConsumeStats), JsonStyle.Compact)]
    [TestCase("topicstats", typeof(TopicStatsTable), JsonStyle.Compact)]
    [TestCase("offsetwrapper", typeof(ConsumerOffsetSerializeWrapper), JsonStyle.Compact)]
    [TestCase("offsetwrapper-pretty", typeof(ConsumerOffsetSerializeWrapper), JsonStyle.Pretty)]
    [TestCase("lockreq", typeof(LockBatchRequestBody), JsonStyle.Compact)]
    [TestCase("lockresp", typeof(LockBatchResponseBody), JsonStyle.Compact)]
    [TestCase("resetbody", typeof(ResetOffsetBody), JsonStyle.Compact)]
    [TestCase("constatus", typeof(GetConsumerStatusBody), JsonStyle.Compact)]
    [TestCase("hb", typeof(HeartbeatData), JsonStyle.Compact)]
    [TestCase("topics-json", typeof(TopicConfigSerializeWrapper), JsonStyle.Compact)]
    [TestCase("topics-pretty", typeof(TopicConfigSerializeWrapper), JsonStyle.Pretty)]
    [TestCase("topics-mapping", typeof(TopicConfigAndMappingSerializeWrapper), JsonStyle.Compact)]
    [TestCase("regbody", typeof(RegisterBrokerBody), JsonStyle.Compact)]
    [TestCase("subgroup", typeof(SubscriptionGroupWrapper), JsonStyle.Compact)]
    [TestCase("consumerconn", typeof(ConsumerConnection), JsonStyle.Compact)]
    [TestCase("runninginfo", typeof(ConsumerRunningInfo), JsonStyle.Compact)]
    [TestCase("batchack", typeof(BatchAckMessageRequestBody), JsonStyle.Compact)]
    [TestCase("qareq", typeof(QueryAssignmentRequestBody), JsonStyle.Compact)]
    [TestCase("qaresp", typeof(QueryAssignmentResponseBody), JsonStyle.Compact)]
    [TestCase("null-map-val-empties", typeof(TopicList), JsonStyle.Compact)]
    [TestCase("producers", typeof(ProducerTableInfo), JsonStyle.Compact)]
    [TestCase("csl", typeof(ConsumeStatsList), JsonStyle.Compact)]
    [TestCase("cmd-direct", typeof(ConsumeMessageDirectlyResult), JsonStyle.Compact)]
    public void A_text_that_Apache_printed_is_read_and_printed_alike(string name, Type type, JsonStyle style)
    {
        var golden = Golden.Text($"bodies/{name}.json");

        Assert.That(AnyBody.RoundTrip(golden, type, style), Is.EqualTo(golden));
    }

    [Test]
    public void Time_spans_are_printed_in_the_local_time_of_the_broker()
    {
        var golden = Golden.Text("bodies/timespan.json");
        var local = DateTimeOffset.FromUnixTimeMilliseconds(0).ToLocalTime().ToString("yyyy-MM-dd#HH:mm:ss:fff");

        Assert.That(
            AnyBody.RoundTrip(golden, typeof(QueryConsumeTimeSpanBody), JsonStyle.Compact),
            Is.EqualTo(golden.Replace("1970-01-01#00:00:00:000", local, StringComparison.Ordinal)));
    }

    [TestCase("store-pop-timer.consumerOffset", typeof(ConsumerOffsetSerializeWrapper))]
    [TestCase("store-pop-timer.delayOffset", typeof(DelayOffsetSerializeWrapper))]
    [TestCase("store-pop-timer.messageRequestMode", typeof(MessageRequestModeSerializeWrapper))]
    [TestCase("store-pop-timer.subscriptionGroup", typeof(SubscriptionGroupWrapper))]
    [TestCase("store-pop-timer.topicQueueMapping", typeof(TopicQueueMappingSerializeWrapper))]
    [TestCase("store-pop-timer.topics", typeof(TopicConfigSerializeWrapper))]
    [TestCase("store-lmq.lmqConsumerOffset", typeof(LmqConsumerOffsetSerializeWrapper))]
    [TestCase("store-lmq.delayOffset", typeof(DelayOffsetSerializeWrapper))]
    [TestCase("store-lmq.subscriptionGroup", typeof(SubscriptionGroupWrapper))]
    [TestCase("store-lmq.topics", typeof(TopicConfigSerializeWrapper))]
    [TestCase("store-clean.consumerOffset", typeof(ConsumerOffsetSerializeWrapper))]
    [TestCase("store-clean.delayOffset", typeof(DelayOffsetSerializeWrapper))]
    public void A_configuration_file_of_a_real_broker_is_read_and_printed_alike(string name, Type type)
    {
        var golden = Golden.Text($"config/{name}.json");

        Assert.That(AnyBody.RoundTrip(golden, type, JsonStyle.Pretty), Is.EqualTo(golden));
    }

    [TestCase("store-clean.topics", typeof(TopicConfigSerializeWrapper))]
    [TestCase("store-clean.subscriptionGroup", typeof(SubscriptionGroupWrapper))]
    public void A_file_of_4_9_keeps_all_it_says(string name, Type type)
    {
        var golden = Golden.Text($"config/{name}.json");

        AnyBody.AssertKeeps(golden, AnyBody.RoundTrip(golden, type, JsonStyle.Pretty));
    }
}
