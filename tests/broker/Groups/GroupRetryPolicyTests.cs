using Microsoft.Extensions.Logging.Abstractions;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Groups;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Store.Files;
using RocketMQ.TestSupport;

namespace RocketMQ.Broker.Tests.Groups;

/// <summary>A group's retry policy is for its consumers: the broker keeps it and hands it out, as Apache's does.</summary>
public class GroupRetryPolicyTests
{
    [Test]
    public async Task Retry_policies_of_both_kinds_are_kept()
    {
        using var folder = new TestFolder();
        var config = Open(folder, out var groups);
        config.Start();
        groups.Put(new SubscriptionGroupConfig
        {
            GroupName = "exponential",
            GroupRetryPolicy = new GroupRetryPolicy
            {
                Type = GroupRetryPolicyType.Exponential, ExponentialRetryPolicy = new ExponentialRetryPolicy { Initial = 100, Max = 10_000, Multiplier = 3 },
            },
        });
        groups.Put(new SubscriptionGroupConfig
        {
            GroupName = "customized",
            GroupRetryPolicy = new GroupRetryPolicy { CustomizedRetryPolicy = new CustomizedRetryPolicy { Next = [1_000, 2_000] } },
        });
        await config.DisposeAsync();

        await using var reopened = Open(folder, out var again);

        var exponential = again.Find("exponential")!.GroupRetryPolicy;
        Assert.That((exponential.Type, exponential.ExponentialRetryPolicy!.Multiplier), Is.EqualTo((GroupRetryPolicyType.Exponential, 3L)));
        Assert.That(again.Find("customized")!.GroupRetryPolicy.CustomizedRetryPolicy!.Next, Is.EqualTo(new long[] { 1_000, 2_000 }));
        var file = await File.ReadAllTextAsync(folder.File("subscriptionGroup.json"));
        Assert.That(file, Does.Contain("\"type\":\"EXPONENTIAL\"").And.Contain("\"multiplier\":3"));
    }

    private static ConfigFolder Open(TestFolder folder, out SubscriptionGroups groups)
    {
        var config = ConfigFolder.Open(folder.Path, PhysicalFileSystem.Instance, TimeProvider.System, NullLoggerFactory.Instance);
        groups = new SubscriptionGroups(
            new BrokerOptions(), config.Journalled("subscriptionGroup.json"), TimeProvider.System, NullLogger<SubscriptionGroups>.Instance);
        return config;
    }
}
