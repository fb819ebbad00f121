using System.Text;
using RocketMQ.Broker.Configuration;
using RocketMQ.Protocol.Bodies;
using RocketMQ.Protocol.Json;

namespace RocketMQ.Broker.Remoting;

/// <summary>
/// A table in pages, in the order of its names, for those that ask for one (Apache's brokers since 5.3.4): a table of tens of thousands is megabytes in one
/// reply. Page and version are of one moment. A caller says which version the pages are of that it has; after a change it gets the first page anew, and sees
/// by its version that it has to begin again.
/// </summary>
/// <typeparam name="TTable">All of the table.</typeparam>
/// <param name="options">Whether there are pages, and how large they may be.</param>
/// <param name="version">The table's version now.</param>
/// <param name="snapshot">The table with its version.</param>
/// <param name="names">The names in it.</param>
internal sealed class MetadataPages<TTable>(
    BrokerOptions options, Func<DataVersion> version, Func<(DataVersion Version, TTable Table)> snapshot, Func<TTable, IEnumerable<string>> names)
    where TTable : class
{
    private readonly Lock _lock = new();

    /// <summary>Kept as long as there is memory: it is sorted once for all pages.</summary>
    private readonly WeakReference<Sorted?> _last = new(null);

    private sealed record Sorted(DataVersion Version, TTable Table, string[] Names);

    /// <summary>Whether a request asks for a page; a caller that knows of none gets everything.</summary>
    public bool Asks(int? from, string? known, int? most) => options.EnableSplitMetadata && (from is not null || known is not null || most is not null);

    /// <summary>Takes a page.</summary>
    /// <param name="from">How many the caller has.</param>
    /// <param name="known">Of which version, as JSON.</param>
    /// <param name="most">How many it takes at most.</param>
    /// <returns>Names of the page, the table they are of, and how many it has in all; null when none can be made of these numbers.</returns>
    public (ArraySegment<string> Names, DataVersion Version, TTable Table, int Total)? Take(int? from, string? known, int? most)
    {
        if (from < 0 || most < 1)
        {
            return null;
        }
        var all = Current();
        var begin = Is(known, all.Version) ? Math.Min(from ?? 0, all.Names.Length) : 0;
        var count = Math.Min(Math.Min(most ?? int.MaxValue, options.SplitMetadataSize), all.Names.Length - begin);
        return (new(all.Names, begin, count), all.Version, all.Table, all.Names.Length);
    }

    private static bool Is(string? known, DataVersion version)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(known) && RemotingJson.Deserialize<DataVersion>(Encoding.UTF8.GetBytes(known)) == version;
        }
        catch (RemotingJsonException)
        {
            return false;
        }
    }

    private Sorted Current()
    {
        lock (_lock)
        {
            if (_last.TryGetTarget(out var last) && last.Version == version())
            {
                return last;
            }

            var (taken, table) = snapshot();
            var sorted = new Sorted(taken, table, [.. names(table).Order(StringComparer.Ordinal)]);
            _last.SetTarget(sorted);
            return sorted;
        }
    }
}
