namespace RocketMQ.MqAdmin.Explaining;

/// <summary>From facts to an explanation: no server is asked and no clock is read here.</summary>
internal static class Explainer
{
    /// <param name="message">Its records and what surrounds them.</param>
    /// <param name="group">For whom; null: for anybody.</param>
    /// <param name="queue">The queue of <see cref="MessageFacts.CurrentFor"/>; null when that is in no topic that the group reads.</param>
    public static Explanation Explain(MessageFacts message, GroupFacts? group, QueueFacts? queue)
    {
        var judgement = Judge(message, group, queue);
        var findings = message.Stops.Select(s => Journey.Describe(s, message)).Concat(judgement.Findings);
        return new Explanation(judgement.Verdict, judgement.Reason, judgement.Advice, [.. findings.OrderBy(f => f.At)]);
    }

    private static Judgement Judge(MessageFacts message, GroupFacts? group, QueueFacts? queue)
    {
        if (message.CurrentFor(group?.Group) is not { } current)
        {
            return Missing(message);
        }

        return current.Station switch
        {
            Station.Delay => HeldBackRules.Delayed(message, current),
            Station.Timer => HeldBackRules.Timed(message, current),
            Station.Half => HeldBackRules.Half(message, current),
            Station.GivenUp => HeldBackRules.GivenUp(current),
            Station.DeadLetter => new Judgement(
                Verdict.DeadLettered,
                $"The group gave it up after {current.Record.ReconsumeTimes} retries: it is in {current.Record.Topic}.",
                "Mend the consumer, then send it again, or have a group read the dead letters as a topic."),
            _ when group is null || queue is null => new Judgement(
                Verdict.NoGroup, $"It is in {Journey.Place(current)}; no group is known to consume {message.Topic}.", "Name a group with -g."),
            _ => DeliveryRules.Judge(new Delivery(message, current, group, queue)),
        };
    }

    private static Judgement Missing(MessageFacts message)
    {
        if (message.IdMadeAt is { } madeAt && message.OldestKept is { } oldest && madeAt < oldest)
        {
            return new Judgement(
                Verdict.Expired,
                $"Its id was made at {Journey.Time(madeAt)}, and the oldest message that {message.Topic} still has is of {Journey.Time(oldest)}: it was deleted with old files.",
                "Retention is fileReservedTime, in hours, and the disk's room.");
        }

        return new Judgement(
            Verdict.NotFound,
            $"No broker of {message.Topic} has a message '{message.Id}' in that topic, among its delayed, timed and half messages, or among the group's retries.",
            "Is the topic right? Ids of brokers (32 hexadecimal digits with the broker's address) need no topic. A message that was never stored has no trace: look at what the producer's send returned.");
    }
}
