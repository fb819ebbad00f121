using System.Globalization;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>Values: number of queues and permission.</summary>
internal sealed class AdministeredTopics() : AdministeredTable("topic", "fault-admin-a", "fault-admin-b", "fault-admin-c", "fault-admin-d")
{
    public override string NextValue(Random random) => $"{random.Next(1, 9)} {(random.Next(2) == 0 ? 4 : 6)}";

    public override Task WriteAsync(BrokerClient broker, string key, string? old, string? wanted)
    {
        if (wanted is null)
        {
            return broker.DeleteTopicAsync(key);
        }

        var parts = wanted.Split(' ');
        return broker.CreateTopicAsync(key, int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public override async Task<Dictionary<string, string>> ReadAsync(BrokerClient broker) =>
        (await broker.TopicsAsync()).ToDictionary(t => t.Key, t => $"{t.Value.WriteQueueNums} {t.Value.Perm}");
}

/// <summary>Values: retry queues, most retries, whether it may consume.</summary>
internal sealed class AdministeredGroups() : AdministeredTable("group", "fault-admin-g1", "fault-admin-g2", "fault-admin-g3")
{
    public override string NextValue(Random random) => $"{random.Next(1, 5)} {random.Next(20)} {random.Next(2) == 0}";

    public override Task WriteAsync(BrokerClient broker, string key, string? old, string? wanted)
    {
        if (wanted is null)
        {
            return broker.DeleteGroupAsync(key, cleanOffset: old!.Contains("True", StringComparison.Ordinal));
        }

        var parts = wanted.Split(' ');
        return broker.PutGroupAsync(new SubscriptionGroupConfig
        {
            GroupName = key,
            RetryQueueNums = int.Parse(parts[0], CultureInfo.InvariantCulture),
            RetryMaxTimes = int.Parse(parts[1], CultureInfo.InvariantCulture),
            ConsumeEnable = bool.Parse(parts[2]),
        });
    }

    public override async Task<Dictionary<string, string>> ReadAsync(BrokerClient broker) =>
        (await broker.GroupsAsync()).ToDictionary(g => g.Key, g => $"{g.Value.RetryQueueNums} {g.Value.RetryMaxTimes} {g.Value.ConsumeEnable}");
}

/// <summary>Values: the status; a password is told to nobody here.</summary>
internal sealed class AdministeredUsers() : AdministeredTable("user", "ann", "bob", "cid")
{
    public override string NextValue(Random random) => random.Next(2) == 0 ? "enable" : "disable";

    public override Task WriteAsync(BrokerClient broker, string key, string? old, string? wanted)
    {
        if (wanted is null)
        {
            return broker.DeleteUserAsync(key);
        }

        var user = new UserInfo { Username = key, Password = "secret", UserType = "Normal", UserStatus = wanted };
        return old is null ? broker.CreateUserAsync(user) : broker.UpdateUserAsync(user);
    }

    public override async Task<Dictionary<string, string>> ReadAsync(BrokerClient broker) =>
        (await broker.UsersAsync()).ToDictionary(u => u.Username!, u => u.UserStatus ?? "");
}

/// <summary>Values: what a user may do with a topic, and whether it may. The users stay.</summary>
internal sealed class AdministeredRules() : AdministeredTable("rules", "User:eve", "User:fay")
{
    private const string Resource = "Topic:fault-admin-rules";

    public override async Task PrepareAsync(BrokerClient broker)
    {
        foreach (var subject in Keys)
        {
            await broker.CreateUserAsync(new UserInfo { Username = subject["User:".Length..], Password = "secret", UserType = "Normal", UserStatus = "enable" });
        }
    }

    public override string NextValue(Random random) =>
        $"{random.Next(3) switch { 0 => "Pub", 1 => "Sub", _ => "Pub,Sub" }} {(random.Next(2) == 0 ? "Allow" : "Deny")}";

    public override Task WriteAsync(BrokerClient broker, string key, string? old, string? wanted)
    {
        if (wanted is null)
        {
            return broker.DeleteRulesAsync(key);
        }

        var parts = wanted.Split(' ');
        var entry = new PolicyEntryInfo { Resource = Resource, Actions = [.. parts[0].Split(',')], Decision = parts[1] };
        return broker.PutRulesAsync(new AclInfo { Subject = key, Policies = [new PolicyInfo { PolicyType = "Custom", Entries = [entry] }] });
    }

    public override async Task<Dictionary<string, string>> ReadAsync(BrokerClient broker) =>
        (await broker.RulesAsync()).ToDictionary(a => a.Subject!, a => string.Join(
            ';', a.Policies!.SelectMany(p => p.Entries!).Select(e => $"{string.Join(',', e.Actions!)} {e.Decision}")));
}

/// <summary>Values: pull or pop, and with how many others a queue is shared. What was set can't be unset.</summary>
internal sealed class AdministeredRequestModes() : AdministeredTable("request mode", "fault-admin-m1", "fault-admin-m2", "fault-admin-m3")
{
    private const string Topic = "fault-admin-modes";

    public override bool CanDelete => false;

    public override Task PrepareAsync(BrokerClient broker) => broker.CreateTopicAsync(Topic, 1);

    public override string NextValue(Random random) => $"{(MessageRequestMode)random.Next(2)} {random.Next(8)}";

    public override Task WriteAsync(BrokerClient broker, string key, string? old, string? wanted)
    {
        var parts = wanted!.Split(' ');
        return broker.SetRequestModeAsync(new SetMessageRequestModeRequestBody
        {
            Topic = Topic,
            ConsumerGroup = key,
            Mode = Enum.Parse<MessageRequestMode>(parts[0]),
            PopShareQueueNum = int.Parse(parts[1], CultureInfo.InvariantCulture),
        });
    }

    public override async Task<Dictionary<string, string>> ReadAsync(BrokerClient broker) =>
        (await broker.RequestModesAsync()).GetValueOrDefault(Topic)?.ToDictionary(m => m.Key, m => $"{m.Value.Mode} {m.Value.PopShareQueueNum}") ?? [];
}
