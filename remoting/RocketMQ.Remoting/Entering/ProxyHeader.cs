using System.Buffers;
using System.Net;

namespace RocketMQ.Remoting.Entering;

/// <summary>
/// The PROXY protocol: a header in which a proxy says whose connection it forwards, as text (version 1) or binary (version 2). Neither begins like a
/// frame or a TLS handshake: their first bytes stand for a frame of 218 MiB and more.
/// </summary>
/// <param name="Status">Whether there is one.</param>
/// <param name="Source">Where the connection comes from; null: from the proxy itself, or from where no address says.</param>
/// <param name="Length">Bytes of it, where it is complete.</param>
/// <param name="Error">What is wrong with it, where it is invalid.</param>
internal readonly record struct ProxyHeader(ProxyHeaderStatus Status, IPEndPoint? Source = null, int Length = 0, string? Error = null)
{
    /// <summary>Longer than either header is without what follows the addresses in version 2: certificates can be among that.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Looks at the first bytes of a connection.</summary>
    /// <param name="bytes">All that have come.</param>
    public static ProxyHeader Read(in ReadOnlySequence<byte> bytes)
    {
        var length = (int)Math.Min(bytes.Length, MaxLength);
        if (bytes.FirstSpan.Length >= length)
        {
            return Read(bytes.FirstSpan[..length]);
        }

        var copy = ArrayPool<byte>.Shared.Rent(length);
        bytes.Slice(0, length).CopyTo(copy);
        var header = Read(copy.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(copy);
        return header;
    }

    /// <summary>A header that can't be.</summary>
    public static ProxyHeader Invalid(string error) => new(ProxyHeaderStatus.Invalid, Error: error);

    private static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (IsBegun(bytes, TextProxyHeader.Signature))
        {
            return bytes.Length < TextProxyHeader.Signature.Length ? new(ProxyHeaderStatus.Undecided) : TextProxyHeader.Read(bytes);
        }

        return !IsBegun(bytes, BinaryProxyHeader.Signature) ? default
            : bytes.Length < BinaryProxyHeader.Signature.Length ? new(ProxyHeaderStatus.Undecided)
            : BinaryProxyHeader.Read(bytes);
    }

    private static bool IsBegun(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        bytes.Length < signature.Length ? signature.StartsWith(bytes) : bytes.StartsWith(signature);
}
