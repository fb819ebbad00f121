using Spectre.Console;

namespace RocketMQ.MqAdmin.Output;

/// <summary>
/// Tables as Apache's mqadmin lays them out, for people and for <c>awk</c>. In a terminal that is too narrow, columns are wrapped and then left
/// out (<see cref="TableLayout"/>), and where few would stay a row is a block of lines; elsewhere it is a line, however long.
/// </summary>
internal sealed class TextReport : Report
{
    /// <summary>Wide enough for any row.</summary>
    private const int Unlimited = 100_000;

    private readonly TextWriter _output;
    private readonly int _width;

    public TextReport(TextWriter output, int? width)
    {
        _output = output;
        _width = width ?? Unlimited;
    }

    public override void Table<T>(string name, IEnumerable<T> rows, params Column<T>[] columns)
    {
        var headers = columns.Select(c => c.Header).ToArray();
        var values = rows.Select(row => columns.Select(c => c.Value(row)).ToArray()).ToList();
        var texts = values.Select(row => row.Select(Format.Text).ToArray()).ToList();
        var areNumeric = headers.Select((_, i) => values.Count > 0 && values.TrueForAll(row => Format.IsNumber(row[i]))).ToArray();
        if (TableLayout.Of(headers, texts, areNumeric, _width) is { } layout)
        {
            WriteTable(headers, texts, areNumeric, layout.Shown);
            WriteRest(headers, texts, layout);
        }
        else
        {
            WriteRecords(headers, texts);
        }
    }

    public override void Value(string name, string label, object? value) => _output.WriteLine($"{label}: {Format.Text(value)}");

    public override void Value(string name, string text) => _output.WriteLine(text);

    public override void Settings(string name, IEnumerable<KeyValuePair<string, string>> values, int width, string separator) =>
        _output.WriteLine(Format.Lines(values, width, separator));

    public override void List(string name)
    {
    }

    public override void Item(string name, string text, object value) => _output.WriteLine(text);

    public override void Document<T>(string name, T body) => _output.WriteLine(JsonReport.ToJson(body).ToString());

    public override void Note(string text) => _output.WriteLine(text);

    public override void Fail(Failure failure) => _output.Flush();

    public override void EndRound() => _output.Flush();

    public override void Dispose() => _output.Flush();

    private void WriteTable(string[] headers, List<string[]> texts, bool[] areNumeric, IReadOnlyList<int> shown)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var i in shown)
        {
            table.AddColumn(new TableColumn(new Text(headers[i]))
            {
                Padding = new Padding(0, 0, i == shown[^1] ? 0 : TableLayout.ColumnGap, 0),
                Alignment = areNumeric[i] ? Justify.Right : Justify.Left,
                NoWrap = areNumeric[i],
            });
        }

        foreach (var row in texts)
        {
            table.AddRow(shown.Select(i => new Text(row[i])));
        }

        Write(table);
    }

    /// <summary>What the table had no room for.</summary>
    private void WriteRest(string[] headers, List<string[]> texts, TableLayout layout)
    {
        foreach (var i in layout.Told.Where(i => texts.Count > 0 && texts[0][i].Length > 0))
        {
            _output.WriteLine($"{headers[i]}: {texts[0][i]}");
        }

        if (layout.LeftOut.Count > 0)
        {
            var names = string.Join(", ", layout.LeftOut.Select(i => headers[i]));
            _output.WriteLine(string.Join('\n', Format.Wrap($"A wider terminal or --json also shows {names}.", _width)));
        }
    }

    /// <summary>A row is a block of lines, one for each column that it has a value in.</summary>
    private void WriteRecords(string[] headers, List<string[]> texts)
    {
        var width = headers.Max(h => h.Length);
        foreach (var row in texts)
        {
            foreach (var (header, value) in headers.Zip(row).Where(cell => cell.Second.Length > 0))
            {
                _output.WriteLine($"{header.PadRight(width)}  {value}");
            }

            _output.WriteLine();
        }
    }

    private void Write(Table table)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = _width;
        console.Write(table);

        // Cells are padded; nobody wants the padding of the last.
        using var lines = new StringReader(text.ToString());
        while (lines.ReadLine() is { } line)
        {
            _output.WriteLine(line.TrimEnd());
        }
    }
}
