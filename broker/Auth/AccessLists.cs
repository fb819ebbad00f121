using System.Collections.Concurrent;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Auth;

/// <summary>What each user may do, kept in <c>config/acls.json</c>. Changes wait for the disk: not for loop threads.</summary>
internal sealed class AccessLists
{
    private const string UserPrefix = "User:";

    private readonly ConfigFile _file;
    private readonly UserTable _users;
    private readonly Lock _lock = new();

    /// <summary>By subject, <c>User:name</c>.</summary>
    private readonly ConcurrentDictionary<string, AccessList> _lists = new(StringComparer.Ordinal);

    public AccessLists(ConfigFile file, UserTable users)
    {
        _file = file;
        _users = users;
        foreach (var info in file.Load(static json => RemotingJson.Deserialize<List<AclInfo>>(json.Span)) ?? [])
        {
            _lists[info.Subject ?? ""] = AccessList.Empty(info.Subject ?? "").With(info.Policies ?? []);
        }
    }

    public AccessList? OfUser(string name) => _lists.GetValueOrDefault(UserPrefix + name);

    /// <exception cref="AccessRefusedException">There is no such user.</exception>
    public AccessList? Find(string? subject) => _lists.GetValueOrDefault(Subject(subject));

    /// <summary>Lists whose subject holds a text, with those rules whose resource holds another.</summary>
    public IEnumerable<AccessList> List(string? subjectFilter, string? resourceFilter) =>
        _lists.Values
            .Where(list => string.IsNullOrWhiteSpace(subjectFilter) || list.Subject.Contains(subjectFilter, StringComparison.Ordinal))
            .Select(list => string.IsNullOrWhiteSpace(resourceFilter)
                ? list
                : list.Filtered((_, entry) => entry.Resource.ToString().Contains(resourceFilter, StringComparison.Ordinal)))
            .Where(list => !list.IsEmpty)
            .OrderBy(list => list.Subject, StringComparer.Ordinal);

    /// <summary>Adds rules to what a user has; see <see cref="AccessList.With"/>.</summary>
    /// <exception cref="AccessRefusedException">There is no such user, or something is no rule.</exception>
    public void Add(string? subject, IReadOnlyList<PolicyInfo> policies)
    {
        var key = Subject(subject);
        lock (_lock)
        {
            _lists[key] = (_lists.GetValueOrDefault(key) ?? AccessList.Empty(key)).With(policies);
            Save();
        }
    }

    /// <summary>Removes all rules of a user, or with a resource the one for it.</summary>
    /// <exception cref="AccessRefusedException">There is no such user, or it has no rules.</exception>
    public void Delete(string? subject, PolicyType type, Resource? resource)
    {
        var key = Subject(subject);
        lock (_lock)
        {
            var list = _lists.GetValueOrDefault(key) ?? throw new AccessRefusedException("The acl is not exist.");
            var left = resource is null ? AccessList.Empty(key) : list.Without(type, resource);
            Replace(key, left);
        }
    }

    /// <summary>A user is gone, and with it what it might do.</summary>
    public void DeleteUser(string name)
    {
        lock (_lock)
        {
            Replace(UserPrefix + name, AccessList.Empty(""));
        }
    }

    private void Replace(string key, AccessList list)
    {
        if (list.IsEmpty)
        {
            _lists.TryRemove(key, out _);
        }
        else
        {
            _lists[key] = list;
        }

        Save();
    }

    private string Subject(string? subject)
    {
        if (subject is null || !subject.StartsWith(UserPrefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new AccessRefusedException($"The subject '{subject}' is none: expected is User:NAME.");
        }

        var name = subject[UserPrefix.Length..];
        return _users.Find(name) is not null ? UserPrefix + name : throw new AccessRefusedException($"The subject of {subject} is not exist.");
    }

    private void Save() => _file.Save(RemotingJson.Serialize(List(null, null).Select(list => list.ToInfo()).ToList(), JsonStyle.Pretty));
}
