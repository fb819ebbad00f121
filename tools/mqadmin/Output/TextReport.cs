using Spectre.Console;

namespace RocketMQ.MqAdmin.Output;

/// <summary>
/// Tables as Apache's mqadmin lays them out, for people and for <c>awk</c>. On a terminal that is too narrow for a table a row
/// is a block of lines; elsewhere it is a line, however long.
/// </summary>
internal sealed class TextReport : Report
{
    private const int ColumnGap = 2;

    /// <summary>A column that is wrapped stays at least so wide.</summary>
    private const int WrappedWidth = 20;

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
        if (Fits(headers, values))
        {
            WriteTable(headers, values);
        }
        else
        {
            WriteRecords(headers, values);
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

    /// <summary>Whether the rows are narrow enough once the widest column is wrapped.</summary>
    private bool Fits(string[] headers, List<object?[]> values)
    {
        var widths = headers.Select((header, i) => values.Select(row => Format.Text(row[i]).Length).Append(header.Length).Max()).ToList();
        var widest = widths.DefaultIfEmpty().Max();
        return widths.Sum() + ColumnGap * (widths.Count - 1) - Math.Max(0, widest - WrappedWidth) <= _width;
    }

    private void WriteTable(string[] headers, List<object?[]> values)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        for (var i = 0; i < headers.Length; i++)
        {
            var at = i;
            var isNumeric = values.Count > 0 && values.TrueForAll(row => Format.IsNumber(row[at]));
            table.AddColumn(new TableColumn(new Text(headers[i]))
            {
                Padding = new Padding(0, 0, i == headers.Length - 1 ? 0 : ColumnGap, 0),
                Alignment = isNumeric ? Justify.Right : Justify.Left,
            });
        }

        foreach (var row in values)
        {
            table.AddRow(row.Select(value => new Text(Format.Text(value))));
        }

        Write(table);
    }

    /// <summary>A row is a block of lines, one for each column that it has a value in.</summary>
    private void WriteRecords(string[] headers, List<object?[]> values)
    {
        var width = headers.Max(h => h.Length);
        foreach (var row in values)
        {
            foreach (var (header, value) in headers.Zip(row.Select(Format.Text)).Where(cell => cell.Second.Length > 0))
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
