

namespace RocketMQ.Broker.Auth;

/// <summary>Names of types, actions and decisions as they stand in requests, in any case.</summary>
internal static class AccessNames
{
    public static bool TryParse<TEnum>(string? text, out TEnum value)
        where TEnum : struct, Enum
    {
        value = default;
        return text is { Length: > 0 } && char.IsAsciiLetter(text[0]) && !text.Contains(',', StringComparison.Ordinal)
            && Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);
    }

    /// <exception cref="AccessRefusedException">It is none of the names.</exception>
    public static TEnum Parse<TEnum>(string? text, string what)
        where TEnum : struct, Enum =>
        TryParse<TEnum>(text, out var value)
            ? value
            : throw new AccessRefusedException($"The {what} '{text}' is none of {string.Join(", ", Enum.GetNames<TEnum>())}.");

    /// <summary>The actions of a set, each by its name.</summary>
    public static List<string> Of(AccessAction actions) =>
        [.. Enum.GetValues<AccessAction>().Where(action => action != AccessAction.None && actions.HasFlag(action)).Select(action => action.ToString())];
}
