using System.Text;

namespace RocketMQ.MqAdmin.Messages;

/// <summary>How bodies are shown: in the character set that was asked for, else as UTF-8 where they are that.</summary>
internal sealed class BodyCharset
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Encoding? _asked;

    /// <exception cref="UsageException">There is no such character set.</exception>
    public BodyCharset(string? name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            _asked = name is null ? null : Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new UsageException($"There is no character set '{name}'. UTF-8, GBK and ISO-8859-1 are some that there are.");
        }
    }

    /// <summary>The body as text; <see langword="null"/> when it is none.</summary>
    public string? Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            return (_asked ?? Strict).GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
