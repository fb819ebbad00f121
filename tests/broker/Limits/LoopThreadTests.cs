using System.Diagnostics;
using System.Globalization;
using RocketMQ.Broker.Tests.Support;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Codes;
using RocketMQ.Protocol.Commands;
using RocketMQ.Protocol.Headers;
using RocketMQ.Protocol.Json;
using RocketMQ.Remoting;

namespace RocketMQ.Broker.Tests.Limits;

/// <summary>Bodies of megabytes are read elsewhere: the thread that reads sockets has others to serve.</summary>
public class LoopThreadTests
{
    private const int Many = 60_000;

    private static readonly int[] Codes =
    [
        RequestCode.LockBatchMq, RequestCode.UnlockBatchMq, RequestCode.BatchAckMessage, RequestCode.UnregisterClient, RequestCode.CheckClientConfig,
        RequestCode.QueryAssignment, RequestCode.HeartBeat, RequestCode.SetMessageRequestMode, RequestCode.UpdateAndCreateSubscriptiongroupList,
        RequestCode.UpdateAndCreateTopicList, RequestCode.UpdateBrokerConfig, RequestCode.AuthCreateAcl,
    ];

    /// <summary>While those who would read a long body are at a disk, it waits: and what comes behind it on its own connection is answered.</summary>
    [Test]
    public async Task A_long_body_is_no_work_of_the_thread_that_reads([ValueSource(nameof(Codes))] int code)
    {
        using var disk = new CrowdedDisk();
        await using var before = await TestBroker.StartAsync();
        await before.SendAsync("Cold", [1]);
        await using var broker = await before.RestartAsync(options => options with { MaxHeartbeatSize = 64_000_000 }, files: disk);
        await broker.SendAsync("T", [1]);
        var body = Body(code);
        Assert.That(body.Length, Is.GreaterThan(2_000_000));

        disk.AreQueuesStuck = true;
        // As many as the lanes have workers: of queries, of administration and of pops.
        var atTheDisk = Enumerable.Range(0, 4).SelectMany(_ => new[]
        {
            broker.CallAsync(RequestCode.PeekMessage, new PeekMessageRequestHeader { Topic = "Cold", QueueId = 0, MaxMsgNums = 1, ConsumerGroup = "G" }),
            broker.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "Cold" }),
            broker.CallAsync(RequestCode.GetTopicStatsInfo, new GetTopicStatsInfoRequestHeader { Topic = "Cold" }),
        }).ToList();
        var large = broker.Client.InvokeAsync(broker.Address, RemotingCommand.Request(code, null, body), TimeSpan.FromSeconds(60));
        await broker.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "T" });
        var isAnswered = await Task.WhenAny(large, Task.Delay(200)) == large;
        disk.AreQueuesStuck = false;
        await Task.WhenAll([.. atTheDisk, large]);

        Assert.That(isAnswered, Is.False);
    }

    [Test]
    public async Task Another_connection_is_answered_meanwhile()
    {
        await using var broker = await TestBroker.StartAsync(options => options with { MaxHeartbeatSize = 64_000_000 });
        await broker.SendAsync("T", [1]);
        var quiet = await P99Async(broker, Task.CompletedTask);
        foreach (var code in Codes)
        {
            await using var other = new RemotingClient(RequestTable.Empty, new RemotingOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
            var request = Body(code);
            var busy = Task.Run(async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await other.InvokeAsync(broker.Address, RemotingCommand.Request(code, null, request), TimeSpan.FromSeconds(60));
                }
            });
            var beside = await P99Async(broker, busy);
            await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{RequestCode.Describe(code)}: {request.Length / 1024 / 1024.0:0.0} MiB, p99 beside it {beside:0.00} ms, {quiet:0.00} ms alone"));

            Assert.That(beside, Is.LessThan(250), $"{RequestCode.Describe(code)}, p99 in ms: reading one of these takes longer");
        }
    }

    /// <summary>How long a small request takes until the other work is done, and at least some times.</summary>
    private static async Task<double> P99Async(TestBroker broker, Task meanwhile)
    {
        var took = new List<double>();
        while (took.Count < 200 || !meanwhile.IsCompleted)
        {
            var watch = Stopwatch.GetTimestamp();
            await broker.CallAsync(RequestCode.GetMaxOffset, new GetMaxOffsetRequestHeader { Topic = "T" });
            took.Add(Stopwatch.GetElapsedTime(watch).TotalMilliseconds);
        }

        await meanwhile;
        return took.Order().ElementAt(took.Count * 99 / 100);
    }

    private static byte[] Body(int code) => code switch
    {
        RequestCode.LockBatchMq or RequestCode.UnlockBatchMq => RemotingJson.Serialize(new LockBatchRequestBody
        {
            ConsumerGroup = "G", ClientId = "c", MqSet = [.. Enumerable.Range(0, Many).Select(i => new MessageQueue("Topic", "broker-a", i))],
        }),
        RequestCode.BatchAckMessage => RemotingJson.Serialize(new BatchAckMessageRequestBody
        {
            Acks = [.. Enumerable.Range(0, Many).Select(i => new BatchAck { ConsumerGroup = "G", Topic = "T", Retry = "0", StartOffset = i })],
        }),
        RequestCode.HeartBeat => RemotingJson.Serialize(new HeartbeatData
        {
            ClientId = "c", ConsumerDataSet = [new ConsumerData { GroupName = "G", SubscriptionDataSet = [.. Enumerable.Range(0, Many / 3).Select(i => new SubscriptionData { Topic = $"T{i}" })] }],
        }),
        RequestCode.UpdateBrokerConfig => System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("maxNoSuchKeyNum=1\n", 3 * Many))),
        _ => RemotingJson.Serialize(Enumerable.Range(0, 6 * Many).ToDictionary(i => $"key{i}", i => i)),
    };
}
