namespace RocketMQ.MqAdmin.Output;

/// <summary>
/// Which columns of a table stand side by side in a terminal. Long texts are wrapped first; then columns go that have the same value in every
/// row, and at last those at the right. What is left out is said below the table, so little is lost.
/// </summary>
/// <param name="Shown">Indexes of the columns that stay, in order.</param>
/// <param name="Told">Columns left out that have one value, which is told below.</param>
/// <param name="LeftOut">Columns left out that are only named.</param>
internal sealed record TableLayout(IReadOnlyList<int> Shown, IReadOnlyList<int> Told, IReadOnlyList<int> LeftOut)
{
    public const int ColumnGap = 2;

    /// <summary>A text that is wrapped keeps at least so many columns of the terminal.</summary>
    private const int WrappedWidth = 20;

    /// <returns><see langword="null"/> when more than half of the columns would have to go.</returns>
    public static TableLayout? Of(string[] headers, IReadOnlyList<string[]> rows, bool[] areNumeric, int terminalWidth)
    {
        var least = headers.Select((header, i) => LeastWidth(header, rows.Select(row => row[i]), areNumeric[i])).ToArray();
        var shown = Enumerable.Range(0, headers.Length).ToList();
        var leftOut = new List<int>();
        while (shown.Sum(i => least[i]) + ColumnGap * (shown.Count - 1) > terminalWidth)
        {
            // The first column says what the row is about.
            var candidates = shown.Skip(1).Reverse().ToList();
            if (candidates.Count == 0 || leftOut.Count >= headers.Length / 2)
            {
                return null;
            }

            var next = candidates.Cast<int?>().FirstOrDefault(i => HasOneValue(rows, i!.Value)) ?? candidates[0];
            shown.Remove(next);
            leftOut.Add(next);
        }

        leftOut.Sort();
        return new TableLayout(shown, [.. leftOut.Where(i => HasOneValue(rows, i))], [.. leftOut.Where(i => !HasOneValue(rows, i))]);
    }

    /// <summary>Numbers and headers are never broken.</summary>
    private static int LeastWidth(string header, IEnumerable<string> values, bool isNumeric)
    {
        var width = values.Select(v => v.Length).DefaultIfEmpty().Max();
        return Math.Max(header.Length, isNumeric ? width : Math.Min(width, WrappedWidth));
    }

    private static bool HasOneValue(IReadOnlyList<string[]> rows, int column) => rows.All(row => row[column] == rows[0][column]);
}
