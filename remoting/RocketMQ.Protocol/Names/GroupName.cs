using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Protocol.Names;

/// <summary>A producer's or consumer's group. There is none that is not legal.</summary>
public sealed record GroupName
{
    /// <summary>Longest group, and longest topic that is named after one, in characters.</summary>
    public const int MaxCreatableLength = 255;

    private static readonly SearchValues<char> Creatable =
        SearchValues.Create("%|abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private GroupName(string value) => Value = value;

    public string Value { get; }

    public static implicit operator string(GroupName name) => name.Value;

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out GroupName? name)
    {
        name = text is { Length: > 0 } && NameRule.IsLegal(NameKind.Group, text) ? new GroupName(text) : null;
        return name is not null;
    }

    /// <exception cref="IllegalNameException">The text is no group's name.</exception>
    public static GroupName Parse(string text) => TryParse(text, out var name) ? name : throw IllegalNameException.Of(NameKind.Group, text);

    /// <returns><see langword="null"/>, or why no client may create a group of this name, in Apache's words.</returns>
    public static string? WhyNotCreatable(string group)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (string.IsNullOrWhiteSpace(group))
        {
            return "the specified group is blank.";
        }

        if (group.Length > MaxCreatableLength)
        {
            return $"the specified group is longer than group max length {MaxCreatableLength}.";
        }

        return HasCreatableCharacters(group) ? null : "the specified group contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";
    }

    internal static bool HasCreatableCharacters(string name) => !name.AsSpan().ContainsAnyExcept(Creatable);

    public override string ToString() => Value;
}
