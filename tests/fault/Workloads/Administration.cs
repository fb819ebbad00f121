using RocketMQ.Fault.Tests.Disk;

namespace RocketMQ.Fault.Tests.Workloads;

/// <summary>
/// Operators that make, change and delete topics, groups, users, their rules and the ways groups are served: each is as the last answer said, or as a request
/// wanted that was not answered any more.
/// </summary>
internal sealed class Administration(int seed, TimeProvider clock) : Senders("administration", seed, Tables.Length, longestBurst: 6, clock)
{
    private static readonly AdministeredTable[] Tables =
    [
        new AdministeredTopics(), new AdministeredGroups(), new AdministeredUsers(), new AdministeredRules(), new AdministeredRequestModes(),
    ];

    private readonly Dictionary<(AdministeredTable Table, string Key), Entry> _entries =
        Tables.SelectMany(table => table.Keys.Select(key => (table, key))).ToDictionary(k => k, _ => new Entry());

    private int _acknowledged;

    public override int Acknowledged => _acknowledged;

    public override async Task PrepareAsync(BrokerClient broker)
    {
        foreach (var table in Tables)
        {
            await table.PrepareAsync(broker);
        }
    }

    public override void AuditLog(IReadOnlyDictionary<long, LogRecord> log, Findings findings)
    {
    }

    public override async Task AuditAsync(BrokerClient broker, Findings findings)
    {
        foreach (var table in Tables)
        {
            var actual = await table.ReadAsync(broker);
            foreach (var key in table.Keys)
            {
                var entry = _entries[(table, key)];
                var value = actual.GetValueOrDefault(key);
                findings.Check(
                    value == entry.Acknowledged || entry.Asked.Contains(value),
                    $"configuration: {table.Name} {key} is {value ?? "not there"}; {entry.Acknowledged ?? "not there"} was acknowledged"
                    + string.Concat(entry.Asked.Select(asked => $", {asked ?? "not there"} was asked for")));
                entry.Acknowledged = value;
                entry.Asked.Clear();
            }
        }
    }

    protected override async Task<int> SendNextAsync(BrokerClient broker, string sender, int sequence, Random random)
    {
        var table = Tables[int.Parse(sender.AsSpan(sender.LastIndexOf('-') + 1), System.Globalization.CultureInfo.InvariantCulture)];
        var key = table.Keys[random.Next(table.Keys.Count)];
        var entry = _entries[(table, key)];
        var wanted = entry.Acknowledged is not null && table.CanDelete && random.Next(4) == 0 ? null : table.NextValue(random);
        entry.Asked.Add(wanted);
        await table.WriteAsync(broker, key, entry.Acknowledged, wanted);
        entry.Acknowledged = wanted;
        entry.Asked.Clear();
        Interlocked.Increment(ref _acknowledged);
        return 1;
    }

    /// <summary>A value of a table as its operator knows it; null when it is not there.</summary>
    private sealed class Entry
    {
        public string? Acknowledged { get; set; }

        /// <summary>What was wanted since, without an answer.</summary>
        public List<string?> Asked { get; } = [];
    }
}
