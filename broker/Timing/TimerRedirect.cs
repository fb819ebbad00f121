using System.Globalization;
using RocketMQ.Broker.Core;
using RocketMQ.Broker.Sending;
using RocketMQ.Broker.Topics;
using RocketMQ.Protocol.Messages;
using RocketMQ.Store;
using RocketMQ.Store.Timing;

namespace RocketMQ.Broker.Timing;

/// <summary>
/// Sends messages that name their time (TIMER_DELAY_SEC, TIMER_DELAY_MS or TIMER_DELIVER_MS, in this order) to the timer queue. A delay level
/// beats them, a time that is past delivers at once, and a message that already waited (TIMER_OUT_MS) does not wait again.
/// A half message waits once it is committed.
/// </summary>
/// <param name="options">Whether timers are served, and how far off they may be.</param>
/// <param name="timers">The wheel; <see langword="null"/> when timers are not served.</param>
public sealed class TimerRedirect(StoreOptions options, TimerStore? timers, TimeProvider time) : IMessageRedirect
{
    public Refusal? Apply(ref MessageDraft draft)
    {
        if (draft.Properties.IndexOf(TimerProperties.Prefix) < 0
            || MessageSysFlag.Transaction(draft.SysFlag) is MessageSysFlag.TransactionPrepared or MessageSysFlag.TransactionRollback
            || draft.Topic is SystemTopics.Timer or SystemTopics.TransactionHalf)
        {
            return null;
        }

        if (TimerProperties.TryNumber(draft.Properties, PropertyNames.Utf8.DelayLevel, out var level) && level > 0)
        {
            draft.Properties = PropertyEdit.Remove(draft.Properties, TimerProperties.DelaySeconds);
            draft.Properties = PropertyEdit.Remove(draft.Properties, TimerProperties.DelayMs);
            draft.Properties = PropertyEdit.Remove(draft.Properties, TimerProperties.DeliverMs);
            return null;
        }

        if (PropertyText.TryFind(draft.Properties, TimerProperties.OutMs, out _))
        {
            return null;
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return !TryDeliverTime(draft.Properties, nowMs, out var deliverMs, out var refusal) ? refusal
            : timers is null ? NotEnabled()
            : Send(ref draft, timers, nowMs, deliverMs);
    }

    private Refusal? Send(ref MessageDraft draft, TimerStore wheel, long nowMs, long deliverMs)
    {
        if (deliverMs <= nowMs)
        {
            return PropertyText.TryFind(draft.Properties, TimerProperties.DeleteKey, out _) ? Illegal() : null;
        }

        if (deliverMs - nowMs > options.TimerMaxDelaySec * 1000L)
        {
            return Illegal();
        }

        // A slot is delivered once it is over: a time on its edge belongs to the slot before.
        var outMs = wheel.Floor(deliverMs - 1);
        if (IsCongested(wheel.CountAt(outMs)))
        {
            return Congested();
        }

        var slot = PropertyText.ToUtf8([new(PropertyNames.TimerOutMs, outMs.ToString(CultureInfo.InvariantCulture))]);
        var more = new byte[PropertyText.JoinedLength(draft.MoreProperties, slot)];
        PropertyText.WriteJoined(more, draft.MoreProperties, slot);
        draft.MoreProperties = more;
        RealDestination.Hide(ref draft, SystemTopics.Timer, 0);
        return null;
    }

    /// <returns>False when the message is no timer, or one whose time can't be read: then with a refusal.</returns>
    private static bool TryDeliverTime(ReadOnlySpan<byte> properties, long nowMs, out long deliverMs, out Refusal? refusal)
    {
        refusal = null;
        deliverMs = 0;
        var (name, unitMs, from) =
            PropertyText.TryFind(properties, TimerProperties.DelaySeconds, out _) ? (PropertyNames.TimerDelaySeconds, 1000L, nowMs)
            : PropertyText.TryFind(properties, TimerProperties.DelayMs, out _) ? (PropertyNames.TimerDelayMs, 1L, nowMs)
            : PropertyText.TryFind(properties, TimerProperties.DeliverMs, out _) ? (PropertyNames.TimerDeliverMs, 1L, 0L)
            : ("", 0L, 0L);
        if (unitMs == 0)
        {
            return false;
        }

        var text = TimerProperties.Text(properties, System.Text.Encoding.ASCII.GetBytes(name));
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            refusal = new Refusal(RefusalKind.MessageIllegal, $"timer message illegal, {name}={text} is no whole number");
            return false;
        }

        // Beyond any limit rather than wrapped around.
        deliverMs = (long)Int128.Clamp((Int128)number * unitMs + from, long.MinValue / 2, long.MaxValue / 2);
        return true;
    }

    private bool IsCongested(long count)
    {
        long limit = options.TimerCongestNumEachSlot;
        return count > limit
            && (count >= limit * 2 || Random.Shared.Next(1000) > 1000 * (count - limit) / (limit + 0.1));
    }

    private Refusal Illegal() => new(
        RefusalKind.MessageIllegal,
        $"timer message illegal, the delay time should not be bigger than the max delay {options.TimerMaxDelaySec * 1000L}ms; or if set del msg, the delay time should be bigger than the current time");

    private Refusal Congested() => new(
        RefusalKind.SystemError,
        $"timer message is under flow control, max num limit is {options.TimerCongestNumEachSlot * 2L} or the current value is greater than {options.TimerCongestNumEachSlot} and less than {options.TimerCongestNumEachSlot * 2L}, trigger random flow control");

    private static Refusal NotEnabled() =>
        new(RefusalKind.SystemError, "accurate timer message is not enabled, timerWheelEnable is false");
}
