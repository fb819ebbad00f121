using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RocketMQ.Broker.Auth.Plain;

/// <summary>
/// Addresses of a plain_acl.yml: one or several by commas, where each part of an IPv4 address may be <c>*</c>, a range <c>1-9</c> or a
/// choice <c>{1,5}</c>. <c>*</c> alone is every address. IPv6 addresses stand in full.
/// </summary>
internal sealed class AddressPattern
{
    private readonly List<Func<IPAddress, bool>> _matches;

    private AddressPattern(List<Func<IPAddress, bool>> matches) => _matches = matches;

    /// <exception cref="FormatException">It is no such pattern.</exception>
    public static AddressPattern Parse(string text) => new([.. SplitOutsideBraces(text).Select(ParseOne)]);

    public bool Matches(IPAddress address) => _matches.Exists(matches => matches(address));

    private static Func<IPAddress, bool> ParseOne(string text)
    {
        if (text is "*" or "*:*:*:*:*:*:*:*")
        {
            return static _ => true;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(text, out var exact) ? exact.Equals : throw Wrong(text);
        }

        var parts = text.Split('.').Select(part => ParsePart(part.Trim(), text)).ToList();
        if (parts.Count < 4 && !text.EndsWith('*'))
        {
            throw Wrong(text);
        }

        return address => address.AddressFamily == AddressFamily.InterNetwork
            && address.GetAddressBytes().Zip(parts).All(static pair => pair.Second(pair.First));
    }

    private static Func<byte, bool> ParsePart(string part, string text)
    {
        if (part == "*")
        {
            return static _ => true;
        }

        if (part.StartsWith('{') && part.EndsWith('}'))
        {
            var choices = part[1..^1].Split(',').Select(choice => Number(choice, text)).ToHashSet();
            return choices.Contains;
        }

        if (part.Split('-') is [var from, var to])
        {
            var (first, last) = (Number(from, text), Number(to, text));
            return value => value >= first && value <= last;
        }

        var only = Number(part, text);
        return value => value == only;
    }

    private static byte Number(string digits, string text) =>
        byte.TryParse(digits.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(text);

    private static IEnumerable<string> SplitOutsideBraces(string text)
    {
        var start = 0;
        var depth = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            depth += i < text.Length && text[i] == '{' ? 1 : i < text.Length && text[i] == '}' ? -1 : 0;
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }
    }

    private static FormatException Wrong(string text) =>
        new($"'{text}' is no address pattern: expected is such as 10.1.2.3, 10.1.2.*, 10.1.2-9.* or 10.1.2.{{3,5}}");
}
