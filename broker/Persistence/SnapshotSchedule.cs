

namespace RocketMQ.Broker.Persistence;

/// <summary>
/// When a table's file is written again: as soon as something changed, but not within its period, nor before the last writing is a small part of
/// the time since. After a failure a while later, and later each time.
/// </summary>
internal sealed class SnapshotSchedule(JournalledFile table, TimeProvider time)
{
    /// <summary>Writing takes one part of so many of the time.</summary>
    private const int CostShare = 50;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private long _endedAt;
    private TimeSpan _pause;
    private TimeSpan _retry = FirstRetry;

    public JournalledFile Table => table;

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? Failure { get; private set; }

    /// <param name="isPressing">Whether the file holds up the deletion of old segments.</param>
    public bool IsDue(bool isPressing) =>
        table.IsBehind && ((isPressing && Failure is null) || _endedAt == 0 || time.GetElapsedTime(_endedAt) >= _pause);

    /// <summary>Writes the file and notes what that cost.</summary>
    /// <returns><see langword="null"/>, or why it failed.</returns>
    public async Task<string?> RunAsync(bool atStop = false)
    {
        var startedAt = time.GetTimestamp();
        try
        {
            Failure = await table.SnapshotAsync(evenUnannounced: atStop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = $"{table.Path} can't be written: {e.Message}";
        }

        var cost = time.GetElapsedTime(startedAt) * CostShare;
        _pause = Failure is not null ? _retry : cost > table.Period ? cost : table.Period;
        _retry = Failure is null ? FirstRetry : _retry * 2 < LongestRetry ? _retry * 2 : LongestRetry;
        _endedAt = time.GetTimestamp();
        return Failure;
    }
}
