using System.Collections.Concurrent;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Auth;

/// <summary>What each user may do, kept in <c>config/acls.json</c>. A change is in force at once; what it returns completes when it is durable.</summary>
internal sealed class AccessLists
{
    private const string UserPrefix = "User:";

    private readonly JournalledFile _file;
    private readonly UserTable _users;
    private readonly Lock _lock = new();

    /// <summary>By subject, <c>User:name</c>.</summary>
    private readonly ConcurrentDictionary<string, AccessList> _lists = new(StringComparer.Ordinal);

    public AccessLists(JournalledFile file, UserTable users)
    {
        _file = file;
        _users = users;
        file.Load(
            static json => RemotingJson.Deserialize<List<AclInfo>>(json.Span), stored => stored?.ForEach(Store),
            (subject, info) =>
            {
                if (info is { } list)
                {
                    Store(RemotingJson.Deserialize<AclInfo>(list.Span));
                }
                else
                {
                    _lists.TryRemove(subject, out _);
                }
            },
            ContentAsync);
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
    public Task<Refusal?> AddAsync(string? subject, IReadOnlyList<PolicyInfo> policies)
    {
        var key = Subject(subject);
        lock (_lock)
        {
            return Replace(key, (_lists.GetValueOrDefault(key) ?? AccessList.Empty(key)).With(policies));
        }
    }

    /// <summary>Removes all rules of a user, or with a resource the one for it.</summary>
    /// <exception cref="AccessRefusedException">There is no such user, or it has no rules.</exception>
    public Task<Refusal?> DeleteAsync(string? subject, PolicyType type, Resource? resource)
    {
        var key = Subject(subject);
        lock (_lock)
        {
            var list = _lists.GetValueOrDefault(key) ?? throw new AccessRefusedException("The acl is not exist.");
            var left = resource is null ? AccessList.Empty(key) : list.Without(type, resource);
            return Replace(key, left);
        }
    }

    /// <summary>A user is gone, and with it what it might do.</summary>
    public Task<Refusal?> DeleteUserAsync(string name)
    {
        lock (_lock)
        {
            return Replace(UserPrefix + name, AccessList.Empty(""));
        }
    }

    private Task<Refusal?> Replace(string key, AccessList list)
    {
        long change;
        if (list.IsEmpty)
        {
            change = _file.Remove(key);
            _lists.TryRemove(key, out _);
        }
        else
        {
            change = _file.Put(key, list.ToInfo());
            _lists[key] = list;
        }

        return _file.WaitAsync(change);
    }

    private void Store(AclInfo info) => _lists[info.Subject ?? ""] = AccessList.Empty(info.Subject ?? "").With(info.Policies ?? []);

    private string Subject(string? subject)
    {
        if (subject is null || !subject.StartsWith(UserPrefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new AccessRefusedException($"The subject '{subject}' is none: expected is User:NAME.");
        }

        var name = subject[UserPrefix.Length..];
        return _users.Find(name) is not null ? UserPrefix + name : throw new AccessRefusedException($"The subject of {subject} is not exist.");
    }

    private ValueTask<byte[]?> ContentAsync()
    {
        lock (_lock)
        {
            return new(RemotingJson.Serialize(List(null, null).Select(list => list.ToInfo()).ToList(), JsonStyle.Pretty));
        }
    }
}
