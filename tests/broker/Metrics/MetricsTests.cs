using RocketMQ.Broker.Metrics;
using RocketMQ.Broker.Tests.Popping;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Tests.Metrics;

public class MetricsTests
{
    [Test]
    public async Task Every_series_says_whose_it_is()
    {
        await using var broker = await Probe.StartBrokerAsync(o => o with { BrokerClusterName = "c\"1", MetricsLabel = "zone:north,broken" });
        using var probe = new Probe(broker);

        foreach (var (name, labels, _) in await probe.MetricsAsync())
        {
            Assert.That(labels, Is.SupersetOf(new Dictionary<string, string>
            {
                ["cluster"] = "c\\\"1", ["node_type"] = "broker", ["node_id"] = "broker-a", ["zone"] = "north",
            }), name);
        }
    }

    [Test]
    public async Task The_broker_and_its_store_are_told_in_figures()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.CreateTopicAsync("orders");
        await broker.SendAsync("orders", new byte[100]);

        var series = (await probe.MetricsAsync()).ToLookup(s => s.Name, s => s.Value);
        Assert.Multiple(() =>
        {
            Assert.That(series["rocketmq_broker_permission"].Single(), Is.EqualTo(6));
            Assert.That(series["rocketmq_topic_number"].Single(), Is.GreaterThan(1));
            Assert.That(series["rocketmq_consumer_group_number"].Single(), Is.GreaterThan(0));
            Assert.That(series["rocketmq_active_connection"].Single(), Is.EqualTo(1));
            Assert.That(series["rocketmq_storage_size"].Single(), Is.GreaterThan(0));
            Assert.That(series["rocketmq_storage_flush_behind_bytes"].Single(), Is.GreaterThanOrEqualTo(0));
            Assert.That(series["rocketmq_storage_dispatch_behind_bytes"].Single(), Is.Zero);
            Assert.That(series["rocketmq_storage_message_reserve_time"].Single(), Is.GreaterThanOrEqualTo(0));
            Assert.That(series["rocketmq_storage_disk_ratio"].First(), Is.InRange(0, 1));
            Assert.That(series["rocketmq_timer_enqueue_lag"].Single(), Is.Zero);
            Assert.That(series["rocketmq_timer_message_snapshot"].Count(), Is.EqualTo(8));
            Assert.That(series["rocketmq_pop_revive_lag"].Count(), Is.EqualTo(8));
            Assert.That(series["rocketmq_processor_watermark"].Count(), Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task Traffic_is_counted_by_topic_and_group()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.CreateTopicAsync("orders", attributes: "+message.type=FIFO");
        for (var i = 0; i < 5; i++)
        {
            await broker.SendAsync("orders", new byte[i == 0 ? 2000 : 10]);
        }

        var got = TestBroker.Messages(await broker.PullAsync("orders", 0, 0, "billing"));
        await broker.CallAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader
        {
            Offset = got[0].PhysicalOffset, Group = "billing", OriginTopic = "orders", DelayLevel = 0, MaxReconsumeTimes = 16,
        });
        await broker.CallAsync(RequestCode.ConsumerSendMsgBack, new ConsumerSendMsgBackRequestHeader
        {
            Offset = got[1].PhysicalOffset, Group = "billing", OriginTopic = "orders", DelayLevel = -1, MaxReconsumeTimes = 16,
        });

        (string, string)[] topic = [("topic", "orders"), ("message_type", "fifo"), ("is_system", "false")];
        (string, string)[] group = [("topic", "orders"), ("consumer_group", "billing"), ("is_system", "false")];
        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_messages_in_total", topic), Is.EqualTo(5));
            Assert.That(await probe.ValueAsync("rocketmq_throughput_in_total", topic), Is.GreaterThan(2040));
            Assert.That(await probe.ValueAsync("rocketmq_message_size_bucket", [.. topic, ("le", "1024")]), Is.EqualTo(4));
            Assert.That(await probe.ValueAsync("rocketmq_message_size_bucket", [.. topic, ("le", "4096")]), Is.EqualTo(5));
            Assert.That(await probe.ValueAsync("rocketmq_messages_out_total", [.. group, ("is_retry", "false")]), Is.EqualTo(5));
            Assert.That(await probe.ValueAsync("rocketmq_throughput_out_total", [.. group, ("is_retry", "false")]), Is.GreaterThan(2040));
            Assert.That(await probe.ValueAsync("rocketmq_send_back_messages_total", group), Is.GreaterThanOrEqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_send_to_dlq_messages_total", group), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_group_is_behind_by_what_it_has_not_consumed()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.CreateTopicAsync("orders", queues: 1);
        for (var i = 0; i < 10; i++)
        {
            await broker.SendAsync("orders", new byte[10]);
        }

        await broker.PullAsync("orders", 0, 0, "billing", count: 7);
        await CommitAsync(broker, "billing", "orders", 4);

        (string, string)[] labels = [("consumer_group", "billing"), ("topic", "orders"), ("is_retry", "false"), ("is_system", "false")];
        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_consumer_lag_messages", labels), Is.EqualTo(6));
            Assert.That(await probe.ValueAsync("rocketmq_consumer_inflight_messages", labels), Is.EqualTo(3));
            Assert.That(await probe.ValueAsync("rocketmq_consumer_ready_messages", labels), Is.EqualTo(3));
            Assert.That(await probe.ValueAsync("rocketmq_consumer_lag_latency", labels), Is.GreaterThan(0));
            Assert.That(await probe.ValueAsync("rocketmq_consumer_queueing_latency", labels), Is.GreaterThan(0));
        });

        await CommitAsync(broker, "billing", "orders", 10);
        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_consumer_lag_messages", labels), Is.Zero);
            Assert.That(await probe.ValueAsync("rocketmq_consumer_lag_latency", labels), Is.Zero);
        });
    }

    [Test]
    public async Task Transactions_are_counted_while_they_are_open_and_as_they_end()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.CreateTopicAsync("orders");
        var halves = new List<SendMessageResponseHeader>();
        for (var i = 0; i < 3; i++)
        {
            var sent = await broker.SendAsync("orders", new byte[10], 0, [new("TRAN_MSG", "true"), new("PGROUP", "producers"), new("UNIQ_KEY", $"id{i}")], sysFlag: 4);
            halves.Add(sent.ReadHeader<SendMessageResponseHeader>());
        }

        Assert.That(await probe.ValueAsync("rocketmq_half_messages", ("topic", "orders")), Is.EqualTo(3));
        foreach (var (half, outcome) in halves.Zip([8, 12]))
        {
            var ended = await broker.CallAsync(RequestCode.EndTransaction, new EndTransactionRequestHeader
            {
                ProducerGroup = "producers", TranStateTableOffset = half.QueueOffset, CommitLogOffset = PhysicalOffset(half),
                CommitOrRollback = outcome, MsgId = "id", TransactionId = half.TransactionId,
            });
            Assert.That(ended.Code, Is.Zero, ended.Remark);
        }

        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_half_messages", ("topic", "orders")), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_commit_messages_total", ("topic", "orders")), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_rollback_messages_total", ("topic", "orders")), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_finish_message_latency_count", ("topic", "orders")), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Timed_messages_are_counted_while_they_wait_by_when_they_are_due()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.CreateTopicAsync("orders");
        await broker.SendAsync("orders", new byte[10], 0, [new("TIMER_DELAY_SEC", "100")]);
        await broker.SendAsync("orders", new byte[10], 0, [new("TIMER_DELAY_SEC", "2000")]);

        await Eventually.GetAsync(
            async () => await probe.ValueAsync("rocketmq_timer_enqueue_total") == 2 ? new object() : null, "timers in the wheel");
        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_timing_messages", ("topic", "orders")), Is.EqualTo(2));
            Assert.That(await probe.ValueAsync("rocketmq_timer_message_snapshot", ("timer_bound_s", "300")), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_timer_message_snapshot", ("timer_bound_s", "3600")), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_timer_dequeue_total"), Is.Zero);
            Assert.That(await probe.ValueAsync("rocketmq_timer_dequeue_lag"), Is.Zero);
            Assert.That(await probe.ValueAsync("rocketmq_timer_dequeue_latency"), Is.Zero);
        });
    }

    [Test]
    public async Task Pops_are_counted_by_what_they_leave_in_the_revive_log()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.CreateTopicAsync("orders", queues: 1);
        await broker.SendAsync("orders", new byte[10]);
        var popped = await broker.PopAsync("orders", queueId: 0);
        await broker.AckAsync(popped.Messages.Single());

        (string, string)[] labels = [("topic", "orders"), ("consumer_group", "poppers")];
        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_pop_revive_in_message_total", [.. labels, ("revive_message_type", "CK")]), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_pop_revive_in_message_total", [.. labels, ("revive_message_type", "ACK")]), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_messages_out_total", labels), Is.EqualTo(1));
            Assert.That(await probe.ValueAsync("rocketmq_pop_checkpoint_buffer_size"), Is.GreaterThanOrEqualTo(0));
            Assert.That(await probe.ValueAsync("rocketmq_pop_revive_latency", ("queue_id", "0")), Is.GreaterThanOrEqualTo(0));
            Assert.That(await probe.ValueAsync("rocketmq_rpc_latency_count", ("request_code", "ack_message")), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Clients_are_counted_by_language_and_version()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        await broker.HeartbeatAsync("c1", "makers", new ConsumerData
        {
            GroupName = "billing", ConsumeType = ConsumeType.ConsumePassively, MessageModel = MessageModel.Clustering,
            SubscriptionDataSet = [new SubscriptionData { Topic = "orders", SubString = "*" }],
        });

        Assert.Multiple(async () =>
        {
            Assert.That(await probe.ValueAsync("rocketmq_producer_connections", ("protocol_type", "remoting")), Is.EqualTo(1));
            Assert.That(
                await probe.ValueAsync("rocketmq_consumer_connections", ("consumer_group", "billing"), ("consume_mode", "push")), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task The_time_a_request_took_is_counted_under_its_code_and_answer()
    {
        await using var broker = await Probe.StartBrokerAsync();
        using var probe = new Probe(broker);
        for (var i = 0; i < 3; i++)
        {
            await broker.SendAsync("orders", new byte[10]);
        }

        var parked = broker.PullAsync("orders", 0, 3, waitMs: 300);
        await broker.PullAsync("orders", 0, 0);
        await parked;

        Assert.Multiple(async () =>
        {
            Assert.That(
                await probe.ValueAsync("rocketmq_rpc_latency_count", ("request_code", "send_message_v2"), ("response_code", "success")), Is.EqualTo(3));
            Assert.That(
                await probe.ValueAsync("rocketmq_rpc_latency_bucket", ("request_code", "send_message_v2"), ("response_code", "success"), ("le", "+Inf")),
                Is.EqualTo(3));
            Assert.That(
                await probe.ValueAsync(
                    "rocketmq_rpc_latency_bucket", ("request_code", "pull_message"), ("is_long_polling", "true"), ("le", "100")), Is.Zero);
            Assert.That(
                await probe.ValueAsync("rocketmq_rpc_latency_count", ("request_code", "pull_message"), ("is_long_polling", "true")), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task Series_beyond_the_limit_are_left_out_and_counted()
    {
        await using var broker = await Probe.StartBrokerAsync(o => o with { MetricsOtelCardinalityLimit = 2 });
        using var probe = new Probe(broker);
        foreach (var group in new[] { "a", "b", "c", "d", "e" })
        {
            await CommitAsync(broker, group, "BenchmarkTest", 0);
        }

        var series = await probe.MetricsAsync();
        Assert.Multiple(() =>
        {
            Assert.That(series.Count(s => s.Name == "rocketmq_consumer_lag_messages"), Is.EqualTo(2));
            Assert.That(
                series.Single(s => s.Name == "rocketmq_metrics_dropped_series" && s.Labels["metric"] == "rocketmq_consumer_lag_messages").Value,
                Is.EqualTo(3));
        });
    }

    [Test]
    public void Units_end_names_where_that_is_asked_for()
    {
        var metrics = new MetricSet(10);
        metrics.Gauge("rocketmq_storage_size", "x", "bytes").Add(1);
        metrics.Gauge("rocketmq_storage_flush_behind_bytes", "x", "bytes").Add(1);
        Assert.Multiple(() =>
        {
            Assert.That(PrometheusText.Write(metrics, [], unitSuffix: true), Does.Contain("\nrocketmq_storage_size_bytes{} 1\n").And.Not.Contains("bytes_bytes"));
            Assert.That(PrometheusText.Write(metrics, []), Does.Contain("\nrocketmq_storage_size{} 1\n"));
        });
    }

    [Test]
    public void A_value_on_a_bound_counts_below_it()
    {
        var histogram = new Histogram([1, 10], scale: 10);
        histogram.Record(10);
        histogram.Record(11);
        histogram.Record(1000);
        Assert.That(histogram.Value.Counts, Is.EqualTo(new[] { 1, 1, 1 }));
        Assert.That(histogram.Value.Sum, Is.EqualTo(102.1));
    }

    [Test]
    public async Task Figures_go_to_a_collector_when_one_is_named()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var broker = await TestBroker.StartAsync(o => o with
        {
            MetricsExporterType = MetricsExporterType.OtlpGrpc,
            MetricsGrpcExporterTarget = collector.Address,
            MetricsGrpcExporterHeader = "tenant:seven",
            MetricGrpcExporterIntervalInMills = 200,
        });

        var (headers, body) = await collector.FirstExport;
        Assert.Multiple(() =>
        {
            Assert.That(headers, Does.Contain("tenant: seven"));
            Assert.That(body, Does.Contain("rocketmq_topic_number").And.Contain("rocketmq_storage_size").And.Contain("node_id"));
        });
    }

    private static long PhysicalOffset(SendMessageResponseHeader sent)
    {
        Assert.That(OffsetMessageId.TryParse(sent.MsgId, out _, out var offset), sent.MsgId);
        return offset;
    }

    private static Task<RemotingCommand> CommitAsync(TestBroker broker, string group, string topic, long offset) =>
        broker.CommitAsync(group, topic, offset);
}
