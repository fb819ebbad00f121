using System.Globalization;
using RocketMQ.Broker.Auth.Plain;
using RocketMQ.Remoting.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace RocketMQ.Broker.Host;

/// <summary>Reads plain_acl.yml with YamlDotNet.</summary>
public sealed class PlainAclYaml : IPlainAclReader
{
    /// <summary>The file has four levels; an anchor within itself has no end.</summary>
    private const int MaxDepth = 8;

    public PlainAclNode? Read(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..] ? Node(root, 0) : null;
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

    private static PlainAclNode Node(YamlNode node, int depth) => node switch
    {
        _ when depth > MaxDepth => new PlainAclNode(node.Start.Line),
        YamlScalarNode text => new PlainAclNode(node.Start.Line) { Text = text.Value },
        YamlSequenceNode list => new PlainAclNode(node.Start.Line) { Items = [.. list.Children.Select(item => Node(item, depth + 1))] },
        YamlMappingNode table => new PlainAclNode(node.Start.Line)
        {
            Fields = table.Children.Where(field => field.Key is YamlScalarNode { Value: not null })
                .ToDictionary(field => ((YamlScalarNode)field.Key).Value!, field => Node(field.Value, depth + 1), StringComparer.Ordinal),
        },
        _ => new PlainAclNode(node.Start.Line),
    };
}
