using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Broker.Auth;

/// <summary>A thing that access is to, or a rule's name for several: <c>Topic:orders</c>, <c>Group:ord*</c>, <c>Cluster:*</c>, <c>*</c>.</summary>
internal sealed record Resource(ResourceType Type, string Name, ResourcePattern Pattern)
{
    private const string Everything = "*";

    public static Resource Of(ResourceType type, string name) => new(type, name, ResourcePattern.Literal);

    public static bool TryParse(string? text, [NotNullWhen(true)] out Resource? resource)
    {
        resource = null;
        if (text == Everything)
        {
            resource = new Resource(ResourceType.Any, "", ResourcePattern.Any);
            return true;
        }

        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon <= 0 || colon == text!.Length - 1 || !AccessNames.TryParse(text[..colon], out ResourceType type))
        {
            return false;
        }

        var name = text[(colon + 1)..];
        resource = name == Everything ? new Resource(type, "", ResourcePattern.Any)
            : name.EndsWith('*') ? new Resource(type, name[..name.IndexOf('*', StringComparison.Ordinal)], ResourcePattern.Prefixed)
            : Of(type, name);
        return true;
    }

    /// <summary>Whether a rule for this is one for a particular thing.</summary>
    public bool Covers(Resource particular) => Type == ResourceType.Any || (Type == particular.Type && Pattern switch
    {
        ResourcePattern.Any => true,
        ResourcePattern.Prefixed => particular.Name.StartsWith(Name, StringComparison.Ordinal),
        _ => particular.Name == Name,
    });

    public override string ToString() => Type == ResourceType.Any ? Everything : $"{Type}:{Name}{(Pattern == ResourcePattern.Literal ? "" : Everything)}";
}
