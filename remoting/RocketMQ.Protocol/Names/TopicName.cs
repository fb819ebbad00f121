using System.Diagnostics.CodeAnalysis;

namespace RocketMQ.Protocol.Names;

/// <summary>A topic's name. There is none that is not legal.</summary>
public sealed record TopicName
{
    public const string RetryPrefix = "%RETRY%";
    public const string DeadLetterPrefix = "%DLQ%";

    /// <summary>Longest topic a client may create, in characters.</summary>
    public const int MaxCreatableLength = 127;

    private TopicName(string value) => Value = value;

    public string Value { get; }

    public bool IsRetry => Value.StartsWith(RetryPrefix, StringComparison.Ordinal);

    public static implicit operator string(TopicName name) => name.Value;

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TopicName? name)
    {
        name = text is { Length: > 0 } && NameRule.IsLegal(NameKind.Topic, text) ? new TopicName(text) : null;
        return name is not null;
    }

    /// <exception cref="IllegalNameException">The text is no topic's name.</exception>
    public static TopicName Parse(string text) => TryParse(text, out var name) ? name : throw IllegalNameException.Of(NameKind.Topic, text);

    /// <returns><see langword="null"/>, or why no client may create a topic of this name, in Apache's words.</returns>
    public static string? WhyNotCreatable(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (string.IsNullOrWhiteSpace(topic))
        {
            return "The specified topic is blank.";
        }

        if (!GroupName.HasCreatableCharacters(topic))
        {
            return "The specified topic contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$";
        }

        var limit = topic.StartsWith(RetryPrefix, StringComparison.Ordinal) || topic.StartsWith(DeadLetterPrefix, StringComparison.Ordinal)
            ? GroupName.MaxCreatableLength
            : MaxCreatableLength;
        return topic.Length > limit ? $"The specified topic is longer than topic max length {limit}." : null;
    }

    public override string ToString() => Value;
}
