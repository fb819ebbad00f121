using System.Globalization;
using RocketMQ.Remoting.Configuration;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>What a plain_acl.yml, the file of ACL 1.0 (Apache 4.4 to 5.3.2), says.</summary>
internal static class PlainAclFile
{
    /// <summary>An access key or secret key is longer than this.</summary>
    private const int MinKeyLength = 6;

    /// <exception cref="ConfigurationException">The file is missing or is not what it should be; the line is named.</exception>
    public static PlainAcl Load(string path, IPlainAclReader reader) =>
        reader.Read(path) is { Fields: not null } root ? Read(root, path) : throw new ConfigurationException($"{path} holds no accounts.");

    private static PlainAcl Read(PlainAclNode root, string path)
    {
        var trusted = Texts(root, "globalWhiteRemoteAddresses").Select(node => At(node, path, () => AddressPattern.Parse(node.Text!))).ToList();
        var accounts = new Dictionary<string, PlainAccount>(StringComparer.Ordinal);
        foreach (var node in Items(root, "accounts").Where(node => node.Fields is not null))
        {
            var account = At(node, path, () => ReadAccount(node, path));
            if (!accounts.TryAdd(account.User.Name, account))
            {
                throw Wrong(node, path, $"the access key '{account.User.Name}' stands here twice");
            }
        }

        return new PlainAcl(trusted, accounts);
    }

    private static PlainAccount ReadAccount(PlainAclNode node, string path)
    {
        var accessKey = Text(node, "accessKey") ?? "";
        var secretKey = Text(node, "secretKey") ?? "";
        if (accessKey.Length <= MinKeyLength || secretKey.Length <= MinKeyLength)
        {
            throw new FormatException($"the accessKey '{accessKey}' and its secretKey must be longer than {MinKeyLength} characters");
        }

        var permissions = new PlainPermissions();
        permissions.AddDefault(ResourceType.Topic, Text(node, "defaultTopicPerm"));
        permissions.AddDefault(ResourceType.Group, Text(node, "defaultGroupPerm"));
        AddAll(permissions, ResourceType.Topic, node, "topicPerms", path);
        AddAll(permissions, ResourceType.Group, node, "groupPerms", path);
        var isAdmin = string.Equals(Text(node, "admin"), "true", StringComparison.OrdinalIgnoreCase);
        return new PlainAccount(
            new User(accessKey, secretKey, isAdmin ? UserType.Super : UserType.Normal, UserStatus.Enable),
            permissions.ToList(accessKey),
            Text(node, "whiteRemoteAddress") is { Length: > 0 } address ? AddressPattern.Parse(address) : null);
    }

    private static void AddAll(PlainPermissions permissions, ResourceType type, PlainAclNode account, string name, string path)
    {
        foreach (var node in Texts(account, name))
        {
            At(node, path, () =>
            {
                permissions.Add(type, node.Text!);
                return true;
            });
        }
    }

    private static IReadOnlyList<PlainAclNode> Items(PlainAclNode owner, string name) => owner.Fields!.GetValueOrDefault(name)?.Items ?? [];

    private static IEnumerable<PlainAclNode> Texts(PlainAclNode owner, string name) =>
        Items(owner, name).Where(node => !string.IsNullOrWhiteSpace(node.Text));

    private static string? Text(PlainAclNode owner, string name) => owner.Fields!.GetValueOrDefault(name)?.Text?.Trim();

    /// <summary>A complaint about a node names its line.</summary>
    private static T At<T>(PlainAclNode node, string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw Wrong(node, path, e.Message);
        }
    }

    private static ConfigurationException Wrong(PlainAclNode node, string path, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path} line {node.Line}: {message}."));
}
