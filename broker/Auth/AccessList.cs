using System.Net;
using RocketMQ.Protocol.Bodies;

namespace RocketMQ.Broker.Auth;

/// <summary>The rules of one user, custom and default. Never changed, only replaced.</summary>
internal sealed record AccessList(string Subject, IReadOnlyDictionary<PolicyType, IReadOnlyList<PolicyEntry>> Policies)
{
    /// <summary>Rules of one kind: each request walks them all.</summary>
    public const int MaxEntries = 1_000;

    public static AccessList Empty(string subject) => new(subject, new Dictionary<PolicyType, IReadOnlyList<PolicyEntry>>());

    public bool IsEmpty => Policies.Values.All(static entries => entries.Count == 0);

    /// <summary>These rules with some added; of a kind, those for a resource replace the one there was for it.</summary>
    /// <exception cref="AccessRefusedException">Something in them is no rule.</exception>
    public AccessList With(IReadOnlyList<PolicyInfo> added)
    {
        var policies = new Dictionary<PolicyType, IReadOnlyList<PolicyEntry>>(Policies);
        foreach (var policy in added)
        {
            var type = policy.PolicyType is { Length: > 0 } name ? AccessNames.Parse<PolicyType>(name, "policy type") : PolicyType.Custom;
            var entries = (policy.Entries ?? []).Select(PolicyEntry.From).ToList();
            if (entries.Count == 0)
            {
                throw new AccessRefusedException("The policy entries is empty.");
            }

            var kept = policies.GetValueOrDefault(type, []).ToList();
            foreach (var entry in entries)
            {
                var at = kept.FindIndex(old => old.Resource == entry.Resource);
                if (at < 0)
                {
                    kept.Add(entry);
                }
                else
                {
                    kept[at] = entry;
                }
            }

            if (kept.Count > MaxEntries)
            {
                throw new AccessRefusedException($"The {type} policy has {kept.Count} entries, the limit is {MaxEntries}. Use resources that end in * for several.");
            }

            policies[type] = kept;
        }

        return this with { Policies = policies };
    }

    /// <summary>These rules without the one for a resource.</summary>
    public AccessList Without(PolicyType type, Resource resource) => Filtered((t, entry) => t != type || entry.Resource != resource);

    /// <summary>Those rules that pass.</summary>
    public AccessList Filtered(Func<PolicyType, PolicyEntry, bool> keeps) => this with
    {
        Policies = Policies
            .Select(policy => (Type: policy.Key, Entries: policy.Value.Where(entry => keeps(policy.Key, entry)).ToList()))
            .Where(policy => policy.Entries.Count > 0)
            .ToDictionary(policy => policy.Type, policy => (IReadOnlyList<PolicyEntry>)policy.Entries),
    };

    /// <summary>
    /// The rule that decides: a custom one, else a default one. Of several the most particular: a kind of thing before all things, a name
    /// before a prefix before all names, a long prefix before a short one; of equals the one that denies.
    /// </summary>
    public PolicyEntry? Decide(Access access, IPAddress? source) =>
        Decide(PolicyType.Custom, access, source) ?? Decide(PolicyType.Default, access, source);

    public AclInfo ToInfo() => new()
    {
        Subject = Subject,
        Policies = [.. Policies.OrderBy(policy => policy.Key).Select(policy => new PolicyInfo
        {
            PolicyType = policy.Key.ToString(), Entries = [.. policy.Value.Select(entry => entry.ToInfo())],
        })],
    };

    private PolicyEntry? Decide(PolicyType type, Access access, IPAddress? source) =>
        Policies.GetValueOrDefault(type, [])
            .Where(entry => entry.IsAbout(access, source))
            .OrderByDescending(entry => entry.Resource.Type != ResourceType.Any)
            .ThenByDescending(entry => entry.Resource.Pattern)
            .ThenByDescending(entry => entry.Resource.Name.Length)
            .ThenByDescending(entry => entry.Decision)
            .FirstOrDefault();
}
