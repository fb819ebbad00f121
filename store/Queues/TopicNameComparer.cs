using System.Text;

namespace RocketMQ.Store.Queues;

/// <summary>
/// Compares topic names, and lets them be looked up by the UTF-8 bytes a record holds. Hashes are seeded by the process: with Java's function a client
/// could name ten thousand topics that all meet in one bucket.
/// </summary>
internal sealed class TopicNameComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    private const int MaxStackLength = 256;

    public static readonly TopicNameComparer Instance = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj) => string.GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        if (alternate.Length > MaxStackLength)
        {
            return string.GetHashCode(Create(alternate).AsSpan());
        }
        Span<char> chars = stackalloc char[MaxStackLength];
        return string.GetHashCode(chars[..Encoding.UTF8.GetChars(alternate, chars)]);
    }

    public bool Equals(ReadOnlySpan<byte> alternate, string other)
    {
        if (alternate.Length == other.Length)
        {
            return Ascii.Equals(alternate, other);
        }
        return alternate.Length <= MaxStackLength * 3 && other.Length <= MaxStackLength && Encoding.UTF8.GetString(alternate) == other;
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);
}
