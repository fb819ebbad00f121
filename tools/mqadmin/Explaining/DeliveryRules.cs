using System.Globalization;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Why a group gets a message of a queue, got it, or does not get it. The first rule that has something to say decides.</summary>
internal static class DeliveryRules
{
    private const int PermRead = 4;

    private static readonly Func<Delivery, Judgement?>[] Rules =
    [
        Broadcasts, IsPopped, IsPassed, HasExpired, MayNotBeRead, GroupIsNot, IsOffline, DoesNotSubscribe, MembersDisagree, DoesNotMatch, IsLocked,
        IsUnassigned, IsInHand,
    ];

    public static Judgement Judge(Delivery delivery) => Rules.Select(rule => rule(delivery)).FirstOrDefault(j => j is not null) ?? Waits(delivery);

    private static Judgement? Broadcasts(Delivery d) => d.Group.Connection?.MessageModel == MessageModel.Broadcasting && d.Group.IsOnline
        ? new Judgement(
            Verdict.Broadcast,
            $"The group broadcasts: each of its {d.Group.Connection.ConnectionSet.Count} members consumes every message and keeps its own offset, which brokers do not know.",
            $"mqadmin consumerStatus -g {d.Group.Group} -i CLIENT shows how far a member is.")
        : null;

    private static Judgement? IsPopped(Delivery d) => d.Queue.Pop switch
    {
        null => null,
        { IsAcknowledged: true } pop => new Judgement(
            Verdict.Consumed, $"It was popped and acknowledged{Attempt(d)}.", "", new Finding(pop.PoppedAt, $"Popped by a member of {d.Group.Group}; acknowledged since.")),
        { } pop when pop.VisibleAgainAt > d.Message.Now => new Judgement(
            Verdict.Invisible,
            $"A member popped it and has not acknowledged it: it is hidden from others until {Journey.Time(pop.VisibleAgainAt)}, for {Journey.Span(pop.VisibleAgainAt - d.Message.Now)} more.",
            "",
            new Finding(pop.PoppedAt, $"Popped by a member of {d.Group.Group}."),
            new Finding(pop.VisibleAgainAt, "It will be visible again unless it is acknowledged.")),
        { } pop => new Judgement(
            Verdict.Retrying,
            $"A member popped it and did not acknowledge it until {Journey.Time(pop.VisibleAgainAt)}: it is about to come back as a retry.",
            "",
            new Finding(pop.PoppedAt, $"Popped by a member of {d.Group.Group}."),
            new Finding(pop.VisibleAgainAt, "Its invisible time was over.")),
    };

    private static Judgement? IsPassed(Delivery d)
    {
        if (d.Queue.Committed is not { } committed || committed <= d.Offset)
        {
            return null;
        }

        // Whoever had the queue may have passed it over.
        if ((MembersDisagree(d) ?? Mismatch(d)) is { } lost)
        {
            return lost;
        }

        return new Judgement(
            Verdict.Consumed,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The group goes on at offset {committed} of the queue, past this message at {d.Offset}{Attempt(d)}: it was consumed, or skipped by a reset of offsets; brokers do not keep which."),
            "");
    }

    private static Judgement? HasExpired(Delivery d) => d.Offset < d.Queue.Min
        ? new Judgement(
            Verdict.Expired,
            string.Create(
                CultureInfo.InvariantCulture,
                $"It is deleted from the queue, which begins at offset {d.Queue.Min} now; the message was at {d.Offset}, and the group had not come so far."),
            "Retention is fileReservedTime, in hours, and the disk's room.")
        : null;

    private static Judgement? MayNotBeRead(Delivery d) => d.Queue.Perm is { } perm && (perm & PermRead) == 0
        ? new Judgement(
            Verdict.NotReadable,
            $"Topic {d.Current.Record.Topic} may not be read at broker {d.Current.Broker}: the permission of topic and broker together is {perm}.",
            $"mqadmin updateTopicPerm -t {d.Current.Record.Topic} -p 6 (or the broker's brokerPermission) allows it again.")
        : null;

    private static Judgement? GroupIsNot(Delivery d) => d.Group switch
    {
        _ when d.Queue.IsForbidden == true => new Judgement(
            Verdict.GroupDisabled,
            $"The group may not read {d.Current.Record.Topic}, though others may: the topic is forbidden to it.",
            "The request UPDATE_AND_GET_GROUP_FORBIDDEN (353) with readable=true allows it again."),
        { Config.ConsumeEnable: false } => new Judgement(
            Verdict.GroupDisabled, "The group may not consume: consumeEnable is false.", $"mqadmin updateSubGroup -g {d.Group.Group} -s true allows it again."),
        { IsConfigKnown: true, Config: null, IsOnline: false } => new Judgement(
            Verdict.NotSubscribed, $"Broker {d.Current.Broker} has no group {d.Group.Group}: nobody ever consumed with it here.", "Is the group's name right? mqadmin consumerProgress lists groups."),
        _ => null,
    };

    private static Judgement? IsOffline(Delivery d) => d.Group.IsOnline
        ? null
        : d.Queue.Committed is { } committed
            ? new Judgement(
                Verdict.GroupOffline,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"No member of the group is connected. It will go on at offset {committed}, {(d.Before == 0 ? "with this message" : $"{Count(d.Before)} before this one")}."),
                "Start a consumer of the group, or see why its connections end.")
            : new Judgement(
                Verdict.NotSubscribed,
                $"No member of the group is connected, and it never consumed from {d.Current.Record.Topic}.",
                "Is the group's name right, and does it subscribe to the topic?");

    private static Judgement? DoesNotSubscribe(Delivery d)
    {
        // Pop consumers read retry topics without subscribing to them.
        if (d.Subscription is not null || d.IsRetry)
        {
            return null;
        }

        var topics = d.Group.Connection!.SubscriptionTable.Keys.Where(t => !t.StartsWith(Stop.RetryPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        return new Judgement(
            Verdict.NotSubscribed,
            $"The group is connected and does not subscribe to {d.Current.Record.Topic}, but to {List(topics)}.",
            "Members of a group must all subscribe to the same topics: a member with other subscriptions replaces those of the rest.");
    }

    private static Judgement? MembersDisagree(Delivery d)
    {
        var topic = d.Message.Topic;
        var views = d.Group.Members
            .GroupBy(m => m.Value.SubscriptionSet.FirstOrDefault(s => s.Topic == topic) is { } s ? $"{s.ExpressionType} {s.SubString}" : "nothing", m => m.Key)
            .ToList();
        return views.Count <= 1
            ? null
            : new Judgement(
                Verdict.SubscriptionInconsistent,
                $"Members of the group subscribe to {topic} differently: {string.Join("; ", views.Select(v => $"{List(v)}: {v.Key}"))}. Whoever has the queue filters as it subscribes, so messages of the others are lost to the group.",
                "Give all members of the group the same topics and expressions, or groups of their own.");
    }

    private static Judgement? DoesNotMatch(Delivery d) => Mismatch(d);

    private static Judgement? Mismatch(Delivery d)
    {
        if (d.IsRetry || d.Subscription is not { } subscription)
        {
            return null;
        }

        var tag = d.Current.Record.Tags;
        if (subscription.ExpressionType is "TAG" or "" && subscription.SubString is not ("*" or "") && !subscription.TagsSet.Contains(tag ?? ""))
        {
            return new Judgement(
                Verdict.FilteredByTag,
                $"The group subscribes to {subscription.Topic} with tags '{subscription.SubString}', and the message has {(tag is null ? "none" : $"tag '{tag}'")}: the broker passes it over for this group.",
                "Change the subscription or the producer's tag; what was passed over comes again only after a reset of offsets.");
        }

        return subscription.ExpressionType == "SQL92" && d.Queue.SqlPasses == false
            ? new Judgement(
                Verdict.FilteredBySql,
                $"The group subscribes to {subscription.Topic} with the condition {subscription.SubString}, which is not true of this message's properties: the broker passes it over for this group.",
                "Compare the condition with the message's properties (mqadmin queryMsgById).")
            : null;
    }

    private static Judgement? IsLocked(Delivery d)
    {
        if (d.Queue.Lock is not { } held)
        {
            return null;
        }

        var isMember = d.Group.Connection!.ConnectionSet.Any(c => c.ClientId == held.ClientId);
        if (isMember && (d.Owners.Count == 0 || d.Owners.Contains(held.ClientId)))
        {
            return null;
        }

        return new Judgement(
            Verdict.QueueLocked,
            $"The group consumes in order, and {held.ClientId} holds the queue, "
                + (isMember ? $"though {List(d.Owners)} should have it by now" : "which is no longer a member")
                + $": others get it when the lock is given up or runs out, at {Journey.Time(held.ExpiresAt)}.",
            isMember ? "It may still be working on what it has; a restart of that client frees the queue." : "Nothing to do: the lock runs out by itself.",
            new Finding(held.RenewedAt, $"{held.ClientId} locked the queue, or renewed its lock."),
            new Finding(held.ExpiresAt, "The lock runs out unless it is renewed."));
    }

    /// <summary>Only where every member told what it has.</summary>
    private static Judgement? IsUnassigned(Delivery d)
    {
        var members = d.Group.Connection!.ConnectionSet.Select(c => c.ClientId).Distinct().ToList();
        return d.Owners.Count > 0 || d.Group.Connection.ConsumeType != ConsumeType.ConsumePassively || !members.TrueForAll(d.Group.Members.ContainsKey)
            ? null
            : new Judgement(
                Verdict.QueueUnassigned,
                $"None of the group's {members.Count} members has the queue now.",
                "Queues are shared out again within 20 s of a change; if it stays so, members may see different lists of each other or of the topic's queues.");
    }

    private static Judgement? IsInHand(Delivery d)
    {
        if (d.Queue.Pulled is not { } pulled || pulled <= d.Offset)
        {
            return null;
        }

        var owner = d.Owners.Count > 0 ? List(d.Owners) : "A member";
        return new Judgement(
            Verdict.InHand,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{owner} has pulled it{Attempt(d)} and has not said that it is done: the group has pulled up to offset {pulled} and is done up to {d.Queue.Committed ?? d.Queue.Min}."),
            "It is being consumed, waits in the client, or one before it is stuck: mqadmin consumerStatus with -s shows what the client's threads do.");
    }

    private static Judgement Waits(Delivery d) => new(
        d.IsRetry ? Verdict.Retrying : Verdict.Waiting,
        (d.Before == 0 ? "It is the next that the group gets from the queue" : $"It waits behind {Count(d.Before)} of the queue")
            + Attempt(d)
            + (d.Owners.Count > 0 ? $"; {List(d.Owners)} consumes it." : "."),
        d.Before > 0 ? "The group is behind: are its members slow, few, or stuck (mqadmin consumerStatus)?" : "");

    private static string Attempt(Delivery d) =>
        d.IsRetry ? string.Create(CultureInfo.InvariantCulture, $" (retry {d.Current.Record.ReconsumeTimes} of {d.Group.Config?.RetryMaxTimes ?? 16})") : "";

    private static string Count(long messages) => messages == 1 ? "1 message" : string.Create(CultureInfo.InvariantCulture, $"{messages} messages");

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "nothing";
}
