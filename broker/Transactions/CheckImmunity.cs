using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Transactions;

/// <summary>How long after its birth a half message is left to its producer: transactionTimeOut, unless the message says itself.</summary>
internal static class CheckImmunity
{
    private static ReadOnlySpan<byte> Seconds => "CHECK_IMMUNITY_TIME_IN_SECONDS"u8;

    /// <summary>Whether the message says itself.</summary>
    public static bool IsOwn(in MessageRecord half) => !half.Property(Seconds).IsEmpty;

    /// <returns>Milliseconds since the message's birth.</returns>
    public static long Of(in MessageRecord half, long transactionTimeOutMs)
    {
        var seconds = HalfMessages.Number(half, Seconds, -1);
        return seconds == -1 ? transactionTimeOutMs : seconds * 1000;
    }
}
