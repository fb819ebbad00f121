namespace RocketMQ.Broker.Statistics;

/// <summary>Messages of clients' topics, put and got, as they stood at the last two midnights of the machine's time zone.</summary>
/// <param name="PutThisMorning">Put until the last midnight.</param>
/// <param name="PutYesterdayMorning">Put until the midnight before.</param>
/// <param name="GotThisMorning">Got until the last midnight.</param>
/// <param name="GotYesterdayMorning">Got until the midnight before.</param>
public sealed record DailyTotals(long PutThisMorning, long PutYesterdayMorning, long GotThisMorning, long GotYesterdayMorning);
