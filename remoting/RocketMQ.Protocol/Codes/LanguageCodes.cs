using System.Text;

namespace RocketMQ.Protocol.Codes;

/// <summary>Wire names of <see cref="LanguageCode"/>: <c>JAVA</c>, <c>DOTNET</c>, <c>NODE_JS</c>.</summary>
public static class LanguageCodes
{
    private static readonly string[] Names = [.. Enum.GetNames<LanguageCode>().Select(ApacheName.Of)];
    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The name in JSON; a byte that nobody defined is <c>OTHER</c>.</summary>
    public static string Name(this LanguageCode language) => Names[Index(language)];

    /// <summary>As <see cref="Name"/>, in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8Name(this LanguageCode language) => Utf8Names[Index(language)];

    /// <summary>False, and <see cref="LanguageCode.Other"/>, for a name that nobody defined.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Name, out LanguageCode language)
    {
        for (var i = 0; i < Utf8Names.Length; i++)
        {
            if (utf8Name.SequenceEqual(Utf8Names[i]))
            {
                language = (LanguageCode)i;
                return true;
            }
        }

        language = LanguageCode.Other;
        return false;
    }

    private static int Index(LanguageCode language) => (int)language < Names.Length ? (int)language : (int)LanguageCode.Other;
}
