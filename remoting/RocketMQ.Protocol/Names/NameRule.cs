using System.Buffers;
using System.Text;

namespace RocketMQ.Protocol.Names;

/// <summary>
/// What a name must be to exist at all. Names become directories, keys of tables and words of log lines, so that none holds a path's
/// separators, a control character or what merely looks like another name. What clients may create is narrower:
/// <see cref="TopicName.WhyNotCreatable"/>.
/// </summary>
public static class NameRule
{
    /// <summary>Bytes of UTF-8 of any name but a client's: as many as a file's name may have.</summary>
    public const int MaxBytes = 255;

    /// <summary>Bytes of UTF-8 of a client's id, which is no file's name and often holds addresses.</summary>
    public const int MaxClientBytes = 512;

    /// <summary>How much of a refused name a refusal shows, in characters.</summary>
    private const int ShownLength = 64;

    /// <summary>
    /// Of topics and groups: visible ASCII without the separators of paths. Apache lets clients create less and makes itself <c>%RETRY%group+topic</c>;
    /// groups that its 4.x brokers made for clients of other languages, and topics named as a host, hold dots, colons and the like.
    /// </summary>
    private static readonly SearchValues<byte> Graphic =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(c => (byte)c).Where(c => c is not ((byte)'/' or (byte)'\\'))]);

    private static readonly SearchValues<char> GraphicCharacters =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(c => (char)c).Where(c => c is not ('/' or '\\'))]);

    /// <summary>Of all others: what would end a line or a word of the log.</summary>
    private static readonly SearchValues<byte> Control = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), 0x7F]);

    /// <summary>Whether a text is a legal name. An empty one is none; fields that may be left out are not asked about when empty.</summary>
    public static bool IsLegal(NameKind kind, ReadOnlySpan<byte> utf8) =>
        utf8.Length > 0 && utf8.Length <= MaxLength(kind) && HasLegalCharacters(kind, utf8) && !utf8.SequenceEqual("."u8) && !utf8.SequenceEqual(".."u8);

    /// <inheritdoc cref="IsLegal(NameKind, ReadOnlySpan{byte})"/>
    public static bool IsLegal(NameKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (kind is NameKind.Topic or NameKind.Group)
        {
            // Legal are visible ASCII characters alone: each is one byte.
            return name.Length is > 0 and <= MaxBytes && !name.AsSpan().ContainsAnyExcept(GraphicCharacters) && name is not ("." or "..");
        }

        Span<byte> utf8 = stackalloc byte[MaxClientBytes];
        return name.Length <= MaxClientBytes && Encoding.UTF8.TryGetBytes(name, utf8, out var length) && IsLegal(kind, utf8[..length]);
    }

    /// <summary>Lets a name through that is legal or left out.</summary>
    /// <exception cref="IllegalNameException">It is neither.</exception>
    public static void Check(NameKind kind, string? name)
    {
        if (!string.IsNullOrEmpty(name) && !IsLegal(kind, name))
        {
            throw IllegalNameException.Of(kind, name);
        }
    }

    /// <summary>The rule that a name which is not legal breaks, as a sentence for whoever chose it.</summary>
    public static string Explain(NameKind kind, ReadOnlySpan<byte> utf8)
    {
        var what = Word(kind);
        if (utf8.IsEmpty)
        {
            return $"The specified {what} is blank.";
        }

        if (utf8.Length > MaxLength(kind))
        {
            return $"The specified {what} is longer than {what} max length {MaxLength(kind)}: it has {utf8.Length} bytes. Choose a shorter name.";
        }

        var shown = Shown(Encoding.UTF8.GetString(utf8));
        if (utf8.SequenceEqual("."u8) || utf8.SequenceEqual(".."u8))
        {
            return $"The specified {what} '{shown}' is the name of a directory. Choose another name.";
        }

        return kind is NameKind.Topic or NameKind.Group or NameKind.Producer
            ? $"The specified {what} contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$: '{shown}'. Choose another name."
            : $"The specified {what} contains control characters or separators of paths: '{shown}'. Choose another name.";
    }

    /// <inheritdoc cref="Explain(NameKind, ReadOnlySpan{byte})"/>
    public static string Explain(NameKind kind, string name) => Explain(kind, Encoding.UTF8.GetBytes(name));

    /// <summary>A text of a client as refusals and logs show it: on one line, nothing hidden, not too long.</summary>
    public static string Shown(string text) => PlainText.Of(text, ShownLength);

    private static int MaxLength(NameKind kind) => kind == NameKind.Client ? MaxClientBytes : MaxBytes;

    private static bool HasLegalCharacters(NameKind kind, ReadOnlySpan<byte> utf8) => kind switch
    {
        NameKind.Topic or NameKind.Group or NameKind.Producer => !utf8.ContainsAnyExcept(Graphic),

        // A client's id may hold a path of its machine, and never becomes one here.
        NameKind.Client or NameKind.Address or NameKind.User or NameKind.Attempt => !HoldsControl(utf8),
        _ => !HoldsControl(utf8) && !utf8.ContainsAny((byte)'/', (byte)'\\'),
    };

    /// <summary>Unicode has more ends of lines than ASCII, and its C1 controls begin with 0xC2.</summary>
    private static bool HoldsControl(ReadOnlySpan<byte> utf8) =>
        utf8.ContainsAny(Control) || (utf8.ContainsAnyExceptInRange((byte)0, (byte)0x7F) && PlainText.NeedsEscapes(Encoding.UTF8.GetString(utf8)));

    private static string Word(NameKind kind) => kind switch
    {
        NameKind.Topic => "topic",
        NameKind.Group or NameKind.Producer => "group",
        NameKind.Client => "client id",
        NameKind.Broker => "broker name",
        NameKind.Cluster => "cluster",
        NameKind.Namespace => "namespace or key",
        NameKind.User => "user name",
        NameKind.Zone => "zone",
        NameKind.Attempt => "attempt id",
        _ => "address",
    };
}
