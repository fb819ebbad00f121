namespace RocketMQ.Broker.Configuration;

/// <summary>What came of an update.</summary>
public sealed record ConfigurationUpdate
{
    /// <summary>Keys whose new value is in force.</summary>
    public required IReadOnlyList<string> InForce { get; init; }

    /// <summary>Keys whose new value waits for a restart.</summary>
    public required IReadOnlyList<string> AfterRestart { get; init; }

    /// <summary>Keys that change nothing here, and what happens instead.</summary>
    public required IReadOnlyList<(string Key, string Instead)> Unused { get; init; }

    /// <summary>Where the changes were written; empty when nowhere.</summary>
    public required string File { get; init; }

    /// <summary>What a person should know beyond that it is done; <see langword="null"/> when that is all.</summary>
    public string? Remark
    {
        get
        {
            List<string> notes = [];
            if (AfterRestart.Count > 0)
            {
                notes.Add($"{string.Join(", ", AfterRestart)}: in force after a restart");
            }

            notes.AddRange(Unused.Select(unused => $"{unused.Key}: changes nothing here ({unused.Instead})"));
            if (File.Length == 0)
            {
                notes.Add("not kept over a restart: the broker was started without -c FILE");
            }

            return notes.Count > 0 ? string.Join("; ", notes) : null;
        }
    }
}
