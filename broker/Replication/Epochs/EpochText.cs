using System.Globalization;
using System.Text;
using RocketMQ.Protocol.Messages;

namespace RocketMQ.Broker.Replication.Epochs;

/// <summary>The lines of an epoch file, as Apache's brokers read and write them: how many entries, the CRC of their lines, and the lines.</summary>
internal static class EpochText
{
    /// <summary>A file that somebody wrote by hand says 0 for its CRC: it is not looked at.</summary>
    private const int NoCrc = 0;

    public static byte[] Write(IReadOnlyList<EpochEntry> entries)
    {
        var lines = new StringBuilder();
        foreach (var entry in entries)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{entry.Epoch}-{entry.StartOffset}\n");
        }

        var bytes = Encoding.ASCII.GetBytes(lines.ToString());
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{entries.Count}\n{MessageCrc.OfBody(bytes)}\n")), .. bytes];
    }

    /// <exception cref="FormatException">It is torn, or was never one.</exception>
    public static EpochEntry[] Read(ReadOnlySpan<byte> file)
    {
        var count = Number(Line(ref file), "the number of its entries");
        var crc = Number(Line(ref file), "its CRC");
        if (crc != NoCrc && crc != MessageCrc.OfBody(file))
        {
            throw new FormatException($"Its CRC is {crc}, that of its entries {MessageCrc.OfBody(file)}: it is torn, or was changed by hand.");
        }

        var entries = new List<EpochEntry>();
        while (!file.IsEmpty)
        {
            entries.Add(Entry(Line(ref file)));
        }

        return entries.Count != count ? throw new FormatException($"It has {entries.Count} entries and says {count}.")
            : WhyNot(entries) is { } fault ? throw new FormatException($"It {fault}.")
            : [.. entries];
    }

    /// <summary>Why entries are no history of a log; null when they are.</summary>
    public static string? WhyNot(IReadOnlyList<EpochEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, before) = (entries[i], i > 0 ? entries[i - 1] : default);
            if (entry.Epoch <= before.Epoch || entry.StartOffset < before.StartOffset)
            {
                return i > 0 ? $"names the epoch {entry} after {before}" : $"names the epoch {entry}";
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> file)
    {
        var end = file.IndexOf((byte)'\n');
        var line = end < 0 ? file : file[..end];
        file = end < 0 ? default : file[(end + 1)..];
        return line.TrimEnd((byte)'\r');
    }

    private static EpochEntry Entry(ReadOnlySpan<byte> line)
    {
        var dash = line.IndexOf((byte)'-');
        return dash >= 0 && int.TryParse(line[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && long.TryParse(line[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? new EpochEntry(epoch, start)
            : throw new FormatException($"'{Encoding.UTF8.GetString(line)}' is no entry such as 17-98263.");
    }

    private static int Number(ReadOnlySpan<byte> line, string what) =>
        int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{Encoding.UTF8.GetString(line[..Math.Min(line.Length, 100)])}' is not {what}.");
}
