using System.Collections.Concurrent;
using RocketMQ.Broker.Persistence;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Auth;

/// <summary>The broker's users, kept in <c>config/users.json</c>. Changes wait for the disk: not for loop threads.</summary>
internal sealed class UserTable
{
    private readonly ConfigFile _file;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, User> _users = new(StringComparer.Ordinal);

    public UserTable(ConfigFile file)
    {
        _file = file;
        foreach (var info in file.Load(static json => RemotingJson.Deserialize<List<UserInfo>>(json.Span)) ?? [])
        {
            _users[info.Username ?? ""] = User.From(info);
        }
    }

    public User? Find(string name) => _users.GetValueOrDefault(name);

    /// <summary>Users whose name holds a text, by name.</summary>
    public IEnumerable<User> List(string? filter) =>
        _users.Values.Where(user => string.IsNullOrWhiteSpace(filter) || user.Name.Contains(filter, StringComparison.Ordinal))
            .OrderBy(user => user.Name, StringComparer.Ordinal);

    /// <exception cref="AccessRefusedException">There is such a user, or it has no name or password.</exception>
    public void Create(User user)
    {
        Require(user.Name, "username");
        Require(user.Password, "password");
        lock (_lock)
        {
            if (!_users.TryAdd(user.Name, user))
            {
                throw new AccessRefusedException("The user is existed");
            }

            Save();
        }
    }

    /// <summary>Changes what the request says and leaves the rest.</summary>
    /// <exception cref="AccessRefusedException">There is no such user.</exception>
    public void Update(string name, UserInfo change)
    {
        lock (_lock)
        {
            var old = Find(name) ?? throw new AccessRefusedException("The user is not exist");
            _users[name] = User.From(new UserInfo
            {
                Username = name,
                Password = string.IsNullOrWhiteSpace(change.Password) ? old.Password : change.Password,
                UserType = change.UserType ?? old.Type.ToString(),
                UserStatus = change.UserStatus ?? old.Status.ToString(),
            });
            Save();
        }
    }

    public void Delete(string name)
    {
        lock (_lock)
        {
            if (_users.TryRemove(name, out _))
            {
                Save();
            }
        }
    }

    private static void Require(string value, string what)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new AccessRefusedException($"{what} can not be blank");
        }
    }

    private void Save() => _file.Save(RemotingJson.Serialize(List(null).Select(user => user.ToInfo(withPassword: true)).ToList(), JsonStyle.Pretty));
}
