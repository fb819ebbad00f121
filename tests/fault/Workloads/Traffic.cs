namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>All kinds of it at once.</summary>
internal static class Traffic
{
    /// <summary>
    /// What a set of brokers promises beyond a machine's life. Users and rules are each broker's own, as with Apache's; of topics that were made or deleted within
    /// the last second a slave has not heard, and what these lives are held to knows no such second.
    /// </summary>
    public static IWorkload[] Replicated(int seed, TimeProvider clock, long lostMs) =>
        [.. All(seed, clock, lostMs).Where(workload => workload is not (Administration or TopicLives))];

    /// <param name="clock">The broker's.</param>
    /// <param name="lostMs">How much of what groups committed before its death a broker may forget, and what else takes its time on a busy machine.</param>
    public static IWorkload[] All(int seed, TimeProvider clock, long lostMs) =>
    [
        new SyncSends(seed, senders: 3, clock),
        new BatchSends(seed, senders: 1, clock),
        new OnewaySends(seed, senders: 1, clock),
        new DelayedSends(seed, senders: 1, clock),
        new TimedSends(seed, senders: 1, clock),
        new Transactions(seed, senders: 2, clock, onItsWayMs: 2 * lostMs),
        new Pops(seed, senders: 1, poppers: 2, clock, lostMs),
        new TopicLives(seed, topics: 2, senders: 2, clock),
        new SentTopics(seed, senders: 1, clock),
        new OffsetCommits(seed, senders: 2, clock, lostMs),
        new Administration(seed, clock),
    ];
}
