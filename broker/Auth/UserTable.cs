using System.Collections.Concurrent;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Auth;

/// <summary>The broker's users, kept in <c>config/users.json</c>. A change is in force at once; what it returns completes when it is durable.</summary>
internal sealed class UserTable
{
    /// <summary>Users that requests may make.</summary>
    public const int MaxUsers = 10_000;

    /// <summary>Of a password, in characters.</summary>
    public const int MaxPasswordLength = 1_024;

    private readonly JournalledFile _file;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, User> _users = new(StringComparer.Ordinal);

    public UserTable(JournalledFile file)
    {
        _file = file;
        file.Load(
            static json => RemotingJson.Deserialize<List<UserInfo>>(json.Span),
            stored => stored?.ForEach(info => _users[info.Username ?? ""] = User.From(info)),
            Apply, ContentAsync);
    }

    public User? Find(string name) => _users.GetValueOrDefault(name);

    /// <summary>Users whose name holds a text, by name.</summary>
    public IEnumerable<User> List(string? filter) =>
        _users.Values.Where(user => string.IsNullOrWhiteSpace(filter) || user.Name.Contains(filter, StringComparison.Ordinal))
            .OrderBy(user => user.Name, StringComparer.Ordinal);

    /// <exception cref="AccessRefusedException">There is such a user, it has no name or password, or there is no room for it.</exception>
    public Task<Refusal?> CreateAsync(User user)
    {
        Require(user.Name, "username");
        Require(user.Password, "password");
        lock (_lock)
        {
            return _users.ContainsKey(user.Name) ? throw new AccessRefusedException("The user is existed")
                : _users.Count >= MaxUsers ? throw new AccessRefusedException($"There are {MaxUsers} users, which is the limit. Delete some that nobody needs.")
                : Put(user);
        }
    }

    /// <summary>Changes what the request says and leaves the rest.</summary>
    /// <exception cref="AccessRefusedException">There is no such user.</exception>
    public Task<Refusal?> UpdateAsync(string name, UserInfo change)
    {
        lock (_lock)
        {
            var old = Find(name) ?? throw new AccessRefusedException("The user is not exist");
            return Put(User.From(new UserInfo
            {
                Username = name,
                Password = string.IsNullOrWhiteSpace(change.Password) ? old.Password : change.Password,
                UserType = change.UserType ?? old.Type.ToString(),
                UserStatus = change.UserStatus ?? old.Status.ToString(),
            }));
        }
    }

    /// <summary>One that is not there is gone already.</summary>
    public Task<Refusal?> DeleteAsync(string name)
    {
        lock (_lock)
        {
            var change = _file.Remove(name);
            _users.TryRemove(name, out _);
            return _file.WaitAsync(change);
        }
    }

    private static void Require(string value, string what)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new AccessRefusedException($"{what} can not be blank");
        }
    }

    private Task<Refusal?> Put(User user)
    {
        if (user.Password.Length > MaxPasswordLength)
        {
            throw new AccessRefusedException($"The password has {user.Password.Length} characters, the limit is {MaxPasswordLength}.");
        }

        var change = _file.Put(user.Name, user.ToInfo(withPassword: true));
        _users[user.Name] = user;
        return _file.WaitAsync(change);
    }

    private void Apply(string name, ReadOnlyMemory<byte>? info)
    {
        if (info is { } user)
        {
            _users[name] = User.From(RemotingJson.Deserialize<UserInfo>(user.Span));
        }
        else
        {
            _users.TryRemove(name, out _);
        }
    }

    private ValueTask<byte[]?> ContentAsync()
    {
        lock (_lock)
        {
            return new(RemotingJson.Serialize(List(null).Select(user => user.ToInfo(withPassword: true)).ToList(), JsonStyle.Pretty));
        }
    }
}
