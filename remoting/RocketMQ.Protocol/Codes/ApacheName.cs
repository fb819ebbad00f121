using System.Text;

namespace RocketMQ.Protocol.Codes;

/// <summary>
/// Between the Pascal case of this code and the upper-case constants of the wire: <c>ConsumeFromLastOffset</c> is
/// <c>CONSUME_FROM_LAST_OFFSET</c>. Every capital starts a word, so members are written <c>Dotnet</c>, not <c>DotNet</c>.
/// </summary>
internal static class ApacheName
{
    public static string Of(string pascal)
    {
        var name = new StringBuilder(pascal.Length + 8);
        foreach (var c in pascal)
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToUpperInvariant(c));
        }

        return name.ToString();
    }
}
