using RocketMQ.Broker.Topics;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>
/// The permissions of an account as rules. PUB and SUB let it read what there is to know of the topic or group, too, which ACL 1.0 does
/// not look at; what a topic's own permission does not name is denied, whatever the default.
/// </summary>
internal sealed class PlainPermissions
{
    private const AccessAction Both = AccessAction.Pub | AccessAction.Sub;

    private readonly List<PolicyEntry> _custom = [Allow(Resource.Of(ResourceType.Topic, SystemTopics.Trace), AccessAction.Pub)];
    private readonly List<PolicyEntry> _default = [];

    /// <param name="type">Topic or group.</param>
    /// <param name="permission">Such as <c>orders=PUB|SUB</c>.</param>
    /// <exception cref="FormatException">It is no such permission.</exception>
    public void Add(ResourceType type, string permission)
    {
        if (permission.Split('=') is not [var name, var words] || name.Trim().Length == 0)
        {
            throw new FormatException($"'{permission}' is no permission: expected is such as NAME=PUB|SUB");
        }

        var resource = Resource.Of(type, name.Trim());
        var actions = Parse(words);
        if (actions != AccessAction.None)
        {
            _custom.Add(Allow(resource, actions | AccessAction.Get));
        }

        _custom.Add(new PolicyEntry(resource, actions == AccessAction.None ? AccessAction.All : Both & ~actions, [], Decision.Deny));
    }

    /// <summary>What holds for topics or groups that have no permission of their own.</summary>
    /// <exception cref="FormatException">It is no permission.</exception>
    public void AddDefault(ResourceType type, string? words)
    {
        var actions = string.IsNullOrWhiteSpace(words) ? AccessAction.None : Parse(words);
        if (actions != AccessAction.None)
        {
            _default.Add(Allow(new Resource(type, "", ResourcePattern.Any), actions | AccessAction.Get));
        }
    }

    public AccessList ToList(string accessKey) => new($"User:{accessKey}", new Dictionary<PolicyType, IReadOnlyList<PolicyEntry>>
    {
        [PolicyType.Custom] = _custom, [PolicyType.Default] = _default,
    });

    private static PolicyEntry Allow(Resource resource, AccessAction actions) => new(resource, actions, [], Decision.Allow);

    private static AccessAction Parse(string words) => words.Trim() switch
    {
        "DENY" => AccessAction.None,
        "PUB" => AccessAction.Pub,
        "SUB" => AccessAction.Sub,
        "PUB|SUB" or "SUB|PUB" => Both,
        _ => throw new FormatException($"'{words.Trim()}' is none of DENY, PUB, SUB, PUB|SUB"),
    };
}
