using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Of a message that is not in its topic yet.</summary>
internal static class HeldBackRules
{
    /// <summary>Delivery is at most this late when all is well.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static Judgement Delayed(MessageFacts message, Stop current)
    {
        var due = current.StoredAt + Journey.DelayOf(current, message);
        var level = $"delay level {Journey.LevelOf(current)} ({Journey.Span(Journey.DelayOf(current, message))})";
        return Journey.IsRetry(current)
            ? Held(Verdict.Retrying, $"It failed and waits for retry {current.Record.ReconsumeTimes} at {level}", message, due)
            : Held(Verdict.Delayed, $"Its producer sent it with {level}", message, due);
    }

    public static Judgement Timed(MessageFacts message, Stop current)
    {
        if (message.Stops.LastOrDefault(s => s.IsRecall) is { } recall)
        {
            return new Judgement(
                Verdict.Recalled, $"Its producer took it back at {Journey.Time(recall.StoredAt)}, before it was due ({Journey.Time(current.TimerDueAt)}): no group gets it.");
        }

        return Journey.IsRetry(current)
            ? Held(Verdict.Retrying, $"It failed and waits for retry {current.Record.ReconsumeTimes}", message, current.TimerDueAt)
            : Held(Verdict.Timed, "Its producer sent it for a later time", message, current.TimerDueAt);
    }

    public static Judgement Half(MessageFacts message, Stop current)
    {
        var group = current.Property(PropertyNames.ProducerGroup);
        return message.Half switch
        {
            HalfOutcome.Ended => new Judgement(
                Verdict.RolledBack, $"Producer group {group} rolled the transaction back: consumers never see it.", ""),
            HalfOutcome.Open => new Judgement(
                Verdict.TransactionPending,
                $"It is half of a transaction: producer group {group} has neither committed nor rolled back. It has been asked {current.Checks} times so far.",
                $"Is a producer of group {group} connected (mqadmin producerConnection), and does its checker answer?"),
            _ => new Judgement(
                Verdict.TransactionPending,
                $"It is half of a transaction of producer group {group} and no commit of it is stored: still open, or rolled back. The broker's operation records could not be read far enough to tell.",
                ""),
        };
    }

    public static Judgement GivenUp(Stop current) => new(
        Verdict.TransactionGivenUp,
        $"Producer group {current.Property(PropertyNames.ProducerGroup)} was asked {current.Checks} times what became of the transaction and never knew: it is in {current.Record.Topic}, and consumers never see it.",
        "The request RESUME_CHECK_HALF_MESSAGE has it checked again; transactionCheckMax is how often producers are asked.");

    private static Judgement Held(Verdict verdict, string why, MessageFacts message, DateTimeOffset? due)
    {
        if (due is not { } at)
        {
            return new Judgement(verdict, $"{why}; when it is due is unknown.");
        }

        var left = at - message.Now;
        if (left > TimeSpan.Zero)
        {
            return new Judgement(verdict, $"{why}: it is due at {Journey.Time(at)}, in {Journey.Span(left)}.", "", new Finding(at, "It will be due."));
        }

        return new Judgement(
            verdict,
            $"{why}: it was due at {Journey.Time(at)}, {Journey.Span(-left)} ago, and is not delivered yet.",
            -left > Grace ? "The broker is late: does its store take messages (mqadmin brokerStatus, /health/ready)?" : "",
            new Finding(at, "It was due."));
    }
}
