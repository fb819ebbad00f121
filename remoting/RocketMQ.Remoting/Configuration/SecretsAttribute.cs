namespace RocketMQ.Remoting.Configuration;

/// <summary>Names the options of a record that hold passwords: they are never shown.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SecretsAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
