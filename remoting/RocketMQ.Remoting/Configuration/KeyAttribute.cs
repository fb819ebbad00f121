namespace RocketMQ.Remoting.Configuration;

/// <summary>The key of an option where it is not the property's name: <c>tls.server.mode</c>.</summary>
/// <param name="name">How it is shown.</param>
/// <param name="alsoKnownAs">Other names that files may have for it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAttribute(string name, params string[] alsoKnownAs) : Attribute
{
    public string Name { get; } = name;

    public IReadOnlyList<string> AlsoKnownAs { get; } = alsoKnownAs;
}
