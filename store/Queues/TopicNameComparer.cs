using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Store.Queues;

/// <summary>Compares topic names, and lets them be looked up by the UTF-8 bytes a record holds.</summary>
internal sealed class TopicNameComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    private const int MaxStackLength = 256;

    public static readonly TopicNameComparer Instance = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj) => JavaHash.Of(obj);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => JavaHash.Of(alternate);

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
