

namespace RocketMQ.Broker.Offsets;

/// <summary>A topic and a group; as text <c>topic@group</c>, the key of Apache's offset tables.</summary>
public readonly record struct TopicGroup(string Topic, string Group)
{
    public override string ToString() => $"{Topic}@{Group}";

    public static bool TryParse(string text, out TopicGroup parsed)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        parsed = at > 0 && at < text.Length - 1 ? new TopicGroup(text[..at], text[(at + 1)..]) : default;
        return at > 0 && at < text.Length - 1;
    }
}
