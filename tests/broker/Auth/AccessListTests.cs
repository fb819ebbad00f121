using System.Net;
using RocketMQ.Broker.Auth;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Tests.Auth;

/// <summary>Which of a user's rules decides.</summary>
public sealed class AccessListTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.168.7.9");

    [TestCase("Topic:orders", "Pub", ExpectedResult = "Allow")]
    [TestCase("Topic:orders", "Sub", ExpectedResult = null, Description = "no rule for it")]
    [TestCase("Topic:orders-eu", "Sub", ExpectedResult = "Deny", Description = "the longer prefix")]
    [TestCase("Topic:orders-us", "Sub", ExpectedResult = "Allow", Description = "the shorter prefix")]
    [TestCase("Topic:payments", "Get", ExpectedResult = "Allow", Description = "any topic")]
    [TestCase("Group:orders", "Pub", ExpectedResult = null)]
    [TestCase("Cluster:main", "Get", ExpectedResult = "Deny", Description = "anything")]
    [TestCase("Group:readers", "Sub", ExpectedResult = "Allow", Description = "a default rule, where no custom rule is about it")]
    [TestCase("Group:readers", "Get", ExpectedResult = "Deny", Description = "the custom rule, whatever the default says")]
    [TestCase("Group:helpers", "Delete", ExpectedResult = "Allow", Description = "all actions")]
    public string? The_most_particular_rule_decides(string resource, string action)
    {
        var list = AccessList.Empty("User:alice").With(
        [
            new PolicyInfo
            {
                Entries =
                [
                    Rule("*", "Deny", "Get"),
                    Rule("Topic:*", "Allow", "Get"),
                    Rule("Topic:orders", "Allow", "Pub"),
                    Rule("Topic:orders-*", "Allow", "Sub"),
                    Rule("Topic:orders-e*", "Deny", "Sub"),
                    Rule("Group:readers", "Deny", "Get"),
                    Rule("Group:help*", "Allow", "All"),
                ],
            },
            new PolicyInfo { PolicyType = "default", Entries = [Rule("Group:readers", "Allow", "Sub", "Get")] },
        ]);

        Assert.That(Resource.TryParse(resource, out var wanted));
        return list.Decide(new Access(wanted!, AccessNames.Parse<AccessAction>(action, "action")), Home)?.Decision.ToString();
    }

    [TestCase("192.168.0.0/16", true)]
    [TestCase("192.168.7.9", true)]
    [TestCase("192.168.7.8", false)]
    [TestCase("192.168.7.200/24", true)]
    [TestCase("10.0.0.0/8", false)]
    [TestCase("::/0", false)]
    [TestCase("0.0.0.0/0", true)]
    public void A_rule_may_hold_for_some_addresses_only(string source, bool holds)
    {
        var rule = PolicyEntry.From(Rule("Topic:a", "Allow", "Pub") with { SourceIps = [source] });

        Assert.That(rule.IsAbout(new Access(Resource.Of(ResourceType.Topic, "a"), AccessAction.Pub), Home), Is.EqualTo(holds));
    }

    [TestCase("Topic", "Allow", "Pub", null, "resource 'Topic'")]
    [TestCase("Shelf:a", "Allow", "Pub", null, "resource 'Shelf:a'")]
    [TestCase("Topic:a", "Perhaps", "Pub", null, "decision 'Perhaps' is none of Allow, Deny")]
    [TestCase("Topic:a", "Allow", "Publish", null, "action 'Publish' is none of")]
    [TestCase("Topic:a", "Allow", "3", null, "action '3' is none of")]
    [TestCase("Topic:a", "Allow", "Pub", "1.2.3.400", "source ip '1.2.3.400'")]
    [TestCase("Topic:a", "Allow", "Pub", "1.2.3.4/33", "source ip '1.2.3.4/33'")]
    public void What_is_no_rule_is_refused_by_name(string resource, string decision, string action, string? source, string reason)
    {
        var info = Rule(resource, decision, action) with { SourceIps = source is null ? null : [source] };

        Assert.That(() => PolicyEntry.From(info), Throws.TypeOf<AccessRefusedException>().With.Message.Contains(reason));
    }

    [Test]
    public void A_rule_is_told_as_it_was_given()
    {
        var info = Rule("Group:ord*", "Deny", "Sub", "Pub") with { SourceIps = ["10.1.2.3", "10.0.0.0/8", "::1"] };
        var told = PolicyEntry.From(info).ToInfo();

        Assert.Multiple(() =>
        {
            Assert.That(told.Resource, Is.EqualTo("Group:ord*"));
            Assert.That(told.Actions, Is.EqualTo(new[] { "Pub", "Sub" }));
            Assert.That(told.SourceIps, Is.EqualTo(new[] { "10.1.2.3", "10.0.0.0/8", "::1" }));
            Assert.That(told.Decision, Is.EqualTo("Deny"));
        });
    }

    private static PolicyEntryInfo Rule(string resource, string decision, params string[] actions) =>
        new() { Resource = resource, Decision = decision, Actions = [.. actions] };
}
