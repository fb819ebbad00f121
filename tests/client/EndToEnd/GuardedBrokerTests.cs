using System.Collections.Concurrent;
using RocketMQ.Client.Tests.Fakes;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Commands;

namespace RocketMQ.Client.Tests.EndToEnd;

/// <summary>A broker that asks who sends a request and whether they may.</summary>
public sealed class GuardedBrokerTests
{
    [Test]
    public async Task A_user_sends_consumes_and_retries_what_its_rules_allow_and_is_refused_elsewhere()
    {
        await using var cluster = await LocalCluster.StartAsync(options => options with
        {
            AuthenticationEnabled = true,
            AuthorizationEnabled = true,
            InitAuthenticationUser = "{\"username\":\"root\",\"password\":\"root-secret\"}",
        });
        await using var root = cluster.Client("root", new AccessCredentials("root", "root-secret"));
        await root.Admin.Access.CreateUserAsync(cluster.BrokerAddress, new UserInfo { Username = "alice", Password = "alice-secret" });
        await root.Admin.Access.CreateRulesAsync(cluster.BrokerAddress, new AclInfo
        {
            Subject = "User:alice",
            Policies = [new PolicyInfo { Entries = [Allow("Topic:Own"), Allow("Group:Own-G")] }],
        });

        await using var alice = cluster.Client("alice", new AccessCredentials("alice", "alice-secret"));
        await using var producer = alice.CreateProducer(new ProducerOptions { Group = "P", Retries = 0 });
        await producer.SendAsync(new Message("Own", "x"u8.ToArray()));
        var attempts = new ConcurrentQueue<int>();
        await using var consumer = await alice.StartPushConsumerAsync(
            new PushConsumerOptions
            {
                Group = "Own-G",
                Subscriptions = new Dictionary<string, FilterExpression> { ["Own"] = FilterExpression.All },
                ConsumeFrom = ConsumeFrom.FirstOffset,
            },
            (message, _) =>
            {
                attempts.Enqueue(message.DeliveryAttempt);
                return new(message.DeliveryAttempt == 0 ? ConsumeResult.LaterAt(1) : ConsumeResult.Success);
            });

        await Eventually.TrueAsync(() => attempts.Count == 2, "the second attempt");
        Assert.That(
            async () => await producer.SendAsync(new Message("Others", "x"u8.ToArray())),
            Throws.TypeOf<SendFailedException>().With.Message.Contains("Needed is Pub on Topic:Others"));
    }

    private static PolicyEntryInfo Allow(string resource) => new() { Resource = resource, Actions = ["Pub", "Sub"], Decision = "Allow" };
}
