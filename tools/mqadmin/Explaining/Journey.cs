using System.Globalization;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.MqAdmin.Explaining;

/// <summary>Says of each record what it means that it is there.</summary>
internal static class Journey
{
    public static Finding Describe(Stop stop, MessageFacts message) => new(stop.StoredAt, stop.Station switch
    {
        Station.Half when stop.Checks > 0 => $"The producer was asked what became of the transaction, for the {Ordinal(stop.Checks)} time; the half message waits at {Place(stop)}.",
        Station.Half => $"Stored as half of a transaction by producer group {stop.Property(PropertyNames.ProducerGroup)}, for {stop.Destination}: {Place(stop)}.",
        Station.GivenUp => $"Given up as a transaction: its producer was asked {stop.Checks} times in vain. It is at {Place(stop)}.",
        Station.Delay when IsRetry(stop) => $"Sent back by group {GroupOf(stop.Destination)}: retry {stop.Record.ReconsumeTimes} is held back at delay level {LevelOf(stop)} ({Span(DelayOf(stop, message))}).",
        Station.Delay => $"Held back at delay level {LevelOf(stop)} ({Span(DelayOf(stop, message))}), for {stop.Destination}: {Place(stop)}.",
        Station.Timer when stop.IsRecall => "Its producer asked to take it back.",
        Station.Timer when IsRetry(stop) => $"Retry {stop.Record.ReconsumeTimes} of group {GroupOf(stop.Destination)} is held back until {Time(stop.TimerDueAt)}.",
        Station.Timer => $"Held back until {Time(stop.TimerDueAt)}, for {stop.Destination}: {Place(stop)}.",
        Station.Retry => $"Offered again to group {GroupOf(stop.Record.Topic)} as retry {stop.Record.ReconsumeTimes}: {Place(stop)}.",
        Station.DeadLetter => $"Given up by group {GroupOf(stop.Record.Topic)} after {stop.Record.ReconsumeTimes} retries: {Place(stop)}.",
        _ when MessageSysFlag.Transaction(stop.Record.SysFlag) == MessageSysFlag.TransactionCommit => $"Committed by its producer: {Place(stop)}{Marks(stop)}.",
        _ when message.Stops.Any(s => s.Station is Station.Delay or Station.Timer && s.StoredAt <= stop.StoredAt && !ReferenceEquals(s, stop) && s.Destination == stop.Record.Topic)
            => $"Its time had come: delivered to {Place(stop)}{Marks(stop)}.",
        _ => $"Stored by {stop.Record.BornHost}: {Place(stop)}{Marks(stop)}.",
    });

    public static string Place(Stop stop) =>
        string.Create(CultureInfo.InvariantCulture, $"{stop.Record.Topic}, broker {stop.Broker}, queue {stop.Record.QueueId}, offset {stop.Record.QueueOffset}");

    public static string Time(DateTimeOffset? time) => time is { } at ? Format.Text(at) : "an unknown time";

    /// <summary>A length of time as people say it.</summary>
    public static string Span(TimeSpan? span) => span switch
    {
        null => "of unknown length",
        { TotalSeconds: < 120 } s => string.Create(CultureInfo.InvariantCulture, $"{s.TotalSeconds:0.#} s"),
        { TotalMinutes: < 120 } s => string.Create(CultureInfo.InvariantCulture, $"{s.TotalMinutes:0.#} min"),
        { TotalHours: < 48 } s => string.Create(CultureInfo.InvariantCulture, $"{s.TotalHours:0.#} h"),
        { } s => string.Create(CultureInfo.InvariantCulture, $"{s.TotalDays:0.#} days"),
    };

    public static int LevelOf(Stop stop) => stop.Record.QueueId + 1;

    public static TimeSpan? DelayOf(Stop stop, MessageFacts message) =>
        LevelOf(stop) <= message.DelayLevels.Count ? message.DelayLevels[LevelOf(stop) - 1] : null;

    public static bool IsRetry(Stop stop) => stop.Destination.StartsWith(Stop.RetryPrefix, StringComparison.Ordinal);

    /// <summary>The group in the name of its retry or dead letter topic; pop's retry topics also hold the topic's name.</summary>
    public static string GroupOf(string topic) => topic[(topic.IndexOf('%', 1) + 1)..];

    private static string Marks(Stop stop) =>
        (stop.Record.Tags is { } tags ? $", tag {tags}" : "") + (stop.Record.Keys is { } keys ? $", keys {keys}" : "");

    private static string Ordinal(long number) => string.Create(CultureInfo.InvariantCulture, $"{number}{(number % 10, number % 100) switch
    {
        (_, >= 11 and <= 13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }}");
}
