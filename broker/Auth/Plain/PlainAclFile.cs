using System.Globalization;
using RocketMQ.Remoting.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>Reads plain_acl.yml, the file of ACL 1.0 (Apache 4.4 to 5.3.2).</summary>
internal static class PlainAclFile
{
    /// <summary>An access key or secret key is longer than this.</summary>
    private const int MinKeyLength = 6;

    /// <exception cref="ConfigurationException">The file is missing or is not what it should be; the line is named.</exception>
    public static PlainAcl Load(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
                ? Read(root, path)
                : throw new ConfigurationException($"{path} holds no accounts.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path} can't be read, which aclEnable=true needs: {e.Message}");
        }
        catch (YamlException e)
        {
            throw new ConfigurationException(string.Create(CultureInfo.InvariantCulture, $"{path} line {e.Start.Line}: {e.Message}"));
        }
    }

    private static PlainAcl Read(YamlMappingNode root, string path)
    {
        var trusted = Texts(root, "globalWhiteRemoteAddresses").Select(node => At(node, path, () => AddressPattern.Parse(node.Value!))).ToList();
        var accounts = new Dictionary<string, PlainAccount>(StringComparer.Ordinal);
        foreach (var node in Items(root, "accounts").OfType<YamlMappingNode>())
        {
            var account = At(node, path, () => ReadAccount(node, path));
            if (!accounts.TryAdd(account.User.Name, account))
            {
                throw Wrong(node, path, $"the access key '{account.User.Name}' stands here twice");
            }
        }

        return new PlainAcl(trusted, accounts);
    }

    private static PlainAccount ReadAccount(YamlMappingNode node, string path)
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

    private static void AddAll(PlainPermissions permissions, ResourceType type, YamlMappingNode account, string name, string path)
    {
        foreach (var node in Texts(account, name))
        {
            At(node, path, () =>
            {
                permissions.Add(type, node.Value!);
                return true;
            });
        }
    }

    private static IEnumerable<YamlNode> Items(YamlMappingNode owner, string name) =>
        owner.Children.TryGetValue(new YamlScalarNode(name), out var node) && node is YamlSequenceNode list ? list.Children : [];

    private static IEnumerable<YamlScalarNode> Texts(YamlMappingNode owner, string name) =>
        Items(owner, name).OfType<YamlScalarNode>().Where(node => !string.IsNullOrWhiteSpace(node.Value));

    private static string? Text(YamlMappingNode owner, string name) =>
        owner.Children.TryGetValue(new YamlScalarNode(name), out var node) && node is YamlScalarNode { Value: { } value } ? value.Trim() : null;

    /// <summary>A complaint about a node names its line.</summary>
    private static T At<T>(YamlNode node, string path, Func<T> read)
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

    private static ConfigurationException Wrong(YamlNode node, string path, string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{path} line {node.Start.Line}: {message}."));
}
