using System.Buffers.Text;
using RocketMQ.Broker.Core;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Sending;

/// <summary>Property DELAY as its producer wrote it.</summary>
internal static class DelayText
{
    /// <returns><see langword="null"/>, or why the message is refused: it was to wait, and nobody can tell how long.</returns>
    public static Refusal? Refuse(ReadOnlySpan<byte> properties) =>
        PropertyText.TryFind(properties, PropertyNames.Utf8.DelayLevel, out var text) && !IsNumber(text)
            ? new Refusal(
                RefusalKind.SystemError,
                $"property DELAY is '{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 32)])}': a delay level is a whole number, 0 for none")
            : null;

    private static bool IsNumber(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out int _, out var used) && used == text.Length;
}
