using System.Globalization;
using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Transactions;

/// <summary>
/// Sends with TRAN_MSG=true go to RMQ_SYS_TRANS_HALF_TOPIC, queue 0, until their producer says what became of the transaction: no
/// consumer of the real topic sees them before.
/// </summary>
public sealed class HalfMessages(BrokerOptions options, OpenTransactions open) : ISendInterceptor
{
    internal const string Topic = SystemTopics.TransactionHalf;
    internal const string Group = "CID_RMQ_SYS_TRANS";

    internal static ReadOnlySpan<byte> ProducerGroup => "PGROUP"u8;

    /// <summary>The offset a half message had before it was put back, if that was for an immunity of its own.</summary>
    internal static ReadOnlySpan<byte> PreparedQueueOffset => "TRAN_PREPARED_QUEUE_OFFSET"u8;

    /// <summary>How often the producer was asked.</summary>
    internal static ReadOnlySpan<byte> CheckTimes => "TRANSACTION_CHECK_TIMES"u8;

    private static ReadOnlySpan<byte> TransactionId => "__transactionId__"u8;

    public Refusal? Apply(in SendRequest request, ref MessageDraft draft)
    {
        if (!IsHalf(request, draft.Properties))
        {
            return null;
        }

        if (options.RejectTransactionMessage)
        {
            return new Refusal(
                RefusalKind.NoPermission,
                $"the broker[{options.BrokerIP1}] sending transaction message is forbidden: rejectTransactionMessage is true");
        }

        AddTransactionId(ref draft);
        RealDestination.Hide(ref draft, Topic, 0);

        // Prepared records are in no queue: the half message is an ordinary one of the half topic.
        draft.SysFlag = MessageSysFlag.WithTransaction(draft.SysFlag, MessageSysFlag.TransactionNone);
        return null;
    }

    public void Stored(in SendRequest request, in MessageDraft draft)
    {
        if (ReferenceEquals(draft.Topic, Topic))
        {
            open.Begin(request.Topic);
        }
    }

    /// <summary>A committed message that its consumer wants again still carries TRAN_MSG, and is none.</summary>
    private static bool IsHalf(in SendRequest request, ReadOnlySpan<byte> properties)
    {
        if (!PropertyText.TryFind(properties, "TRAN_MSG"u8, out var value) || !Ascii.EqualsIgnoreCase(value, "true"u8))
        {
            return false;
        }

        return request.ReconsumeTimes <= 0
            || !(SystemTopics.IsRetry(request.Topic) || PropertyText.TryFind(properties, PropertyNames.Utf8.DelayLevel, out _));
    }

    private static void AddTransactionId(ref MessageDraft draft)
    {
        if (!PropertyText.TryFind(draft.Properties, PropertyNames.Utf8.UniqueKey, out var id)
            && !PropertyText.TryFind(draft.MoreProperties, PropertyNames.Utf8.UniqueKey, out id))
        {
            return;
        }

        draft.Properties = PropertyEdit.Set(draft.Properties, TransactionId, id);
    }

    /// <summary>A number in a property; <paramref name="missing"/> when there is none or it is no number.</summary>
    internal static long Number(in MessageRecord half, ReadOnlySpan<byte> name, long missing) =>
        long.TryParse(half.Property(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : missing;

    internal static byte[] Utf8(long number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
