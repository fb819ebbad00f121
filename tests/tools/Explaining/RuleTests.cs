using RocketMQ.MqAdmin.Explaining;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Tools.Tests.Explaining;

/// <summary>Rules whose situations take long to bring about: from facts alone.</summary>
public sealed class RuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_message_older_than_what_is_kept_has_expired()
    {
        var facts = Facts() with { Stops = [], OldestKept = Now.AddHours(-72), IdMadeAt = Now.AddHours(-80) };
        Assert.That(Explainer.Explain(facts, Group(), null).Verdict, Is.EqualTo(Verdict.Expired));
        Assert.That(Explainer.Explain(facts with { IdMadeAt = Now.AddHours(-10) }, Group(), null).Verdict, Is.EqualTo(Verdict.NotFound));
    }

    [Test]
    public void A_message_deleted_before_its_group_came_to_it_has_expired()
    {
        var explanation = Explainer.Explain(Facts(), Group(), Queue() with { Min = 60, Committed = 40 });
        Assert.That(explanation.Verdict, Is.EqualTo(Verdict.Expired));
        Assert.That(explanation.Reason, Does.Contain("begins at offset 60").And.Contain("at 50"));
    }

    [Test]
    public void A_queue_that_no_member_has_is_unassigned_only_if_all_members_told()
    {
        var members = new Dictionary<string, ConsumerRunningInfo> { ["one"] = Info(), ["two"] = Info() };
        Assert.That(Explainer.Explain(Facts(), Group() with { Members = members }, Queue()).Verdict, Is.EqualTo(Verdict.QueueUnassigned));
        members.Remove("two");
        Assert.That(Explainer.Explain(Facts(), Group() with { Members = members }, Queue()).Verdict, Is.EqualTo(Verdict.Waiting));
    }

    [Test]
    public void A_member_that_keeps_the_lock_of_a_queue_it_lost_holds_it_up()
    {
        var group = Group() with { Members = new Dictionary<string, ConsumerRunningInfo> { ["two"] = Info(new MessageQueue("Orders", "a", 0)) } };
        var queue = Queue() with { Lock = new LockFacts("one", Now.AddSeconds(-5), Now.AddSeconds(55)) };
        var explanation = Explainer.Explain(Facts(), group, queue);
        Assert.That(explanation.Verdict, Is.EqualTo(Verdict.QueueLocked));
        Assert.That(explanation.Reason, Does.Contain("one holds the queue, though two should have it"));
        Assert.That(Explainer.Explain(Facts(), group, queue with { Lock = queue.Lock with { ClientId = "two" } }).Verdict, Is.EqualTo(Verdict.Waiting));
    }

    [Test]
    public void What_a_broker_does_not_tell_decides_nothing()
    {
        var group = Group() with
        {
            Connection = Group().Connection! with
            {
                SubscriptionTable = new() { ["Orders"] = new SubscriptionData { Topic = "Orders", ExpressionType = "SQL92", SubString = "a > 1" } },
            },
        };
        Assert.That(Explainer.Explain(Facts(), group, Queue() with { Perm = null, Pulled = null, SqlPasses = null }).Verdict, Is.EqualTo(Verdict.Waiting));
    }

    [Test]
    public void A_pop_whose_time_is_over_is_about_to_come_back()
    {
        var queue = Queue() with { Committed = 51, Pop = new PopFacts(Now.AddSeconds(-90), Now.AddSeconds(-30), IsAcknowledged: false) };
        Assert.That(Explainer.Explain(Facts(), Group(), queue).Verdict, Is.EqualTo(Verdict.Retrying));
    }

    [Test]
    public void A_delayed_message_that_is_overdue_is_told_as_such()
    {
        var facts = Facts() with { Stops = [Stop("SCHEDULE_TOPIC_XXXX", Now.AddMinutes(-10), 2, ("REAL_TOPIC", "Orders"))], DelayLevels = [.. Enumerable.Repeat(TimeSpan.FromMinutes(1), 3)] };
        var explanation = Explainer.Explain(facts, Group(), null);
        Assert.That(explanation.Verdict, Is.EqualTo(Verdict.Delayed));
        Assert.That(explanation.Reason, Does.Contain("9 min ago, and is not delivered yet"));
        Assert.That(explanation.Advice, Does.Contain("late"));
    }

    [Test]
    public void A_transaction_that_was_given_up_is_told_as_such()
    {
        var facts = Facts() with { Stops = [Stop("TRANS_CHECK_MAX_TIME_TOPIC", Now, 0, ("REAL_TOPIC", "Orders"), ("PGROUP", "makers"), ("TRANSACTION_CHECK_TIMES", "15"))] };
        var explanation = Explainer.Explain(facts, Group(), null);
        Assert.That(explanation.Verdict, Is.EqualTo(Verdict.TransactionGivenUp));
        Assert.That(explanation.Reason, Does.Contain("asked 15 times"));
    }

    [Test]
    public void A_half_message_put_back_after_its_commit_does_not_open_the_transaction_again()
    {
        var facts = Facts() with { Stops = [.. Facts().Stops, Stop("RMQ_SYS_TRANS_HALF_TOPIC", Now, 0, ("REAL_TOPIC", "Orders"))] };
        Assert.That(Explainer.Explain(facts, Group(), Queue()).Verdict, Is.EqualTo(Verdict.Waiting));
    }

    [Test]
    public void Retries_of_other_groups_do_not_concern_a_group()
    {
        var facts = Facts() with { Stops = [.. Facts().Stops, Stop("%RETRY%shipping", Now, 0, ("RETRY_TOPIC", "Orders"))] };
        var explanation = Explainer.Explain(facts, Group(), Queue());
        Assert.That(explanation.Verdict, Is.EqualTo(Verdict.Waiting));
        Assert.That(explanation.Timeline, Has.Count.EqualTo(2));
    }

    private static MessageFacts Facts() => new() { Id = "id", Topic = "Orders", Now = Now, Stops = [Stop("Orders", Now.AddMinutes(-1), 0)] };

    private static GroupFacts Group() => new()
    {
        Group = "billing",
        Config = new SubscriptionGroupConfig { GroupName = "billing" },
        IsConfigKnown = true,
        Connection = new ConsumerConnection
        {
            ConnectionSet = [new Connection { ClientId = "one" }, new Connection { ClientId = "two" }],
            SubscriptionTable = new() { ["Orders"] = new SubscriptionData { Topic = "Orders" } },
            ConsumeType = ConsumeType.ConsumePassively,
            MessageModel = MessageModel.Clustering,
        },
    };

    private static QueueFacts Queue() => new() { Queue = new MessageQueue("Orders", "a", 0), Perm = 6, Min = 0, Max = 100, Committed = 40 };

    private static ConsumerRunningInfo Info(params MessageQueue[] queues) => new()
    {
        SubscriptionSet = [new SubscriptionData { Topic = "Orders" }], MqTable = queues.ToDictionary(q => q, _ => new ProcessQueueInfo()),
    };

    private static Stop Stop(string topic, DateTimeOffset storedAt, int queueId, params (string Name, string Value)[] properties) => new("a", new StoredMessage
    {
        Topic = topic, QueueId = queueId, QueueOffset = 50, PhysicalOffset = 1000, StoreSize = 100, Flag = 0, SysFlag = 0, BornTimestamp = 0, BornHost = default,
        StoreTimestamp = storedAt.ToUnixTimeMilliseconds(), StoreHost = default, ReconsumeTimes = 1, PreparedTransactionOffset = 0, BodyCrc = 0, Body = [],
        BodyCompression = BodyCompression.None, Properties = properties.ToDictionary(p => p.Name, p => p.Value),
    });
}
