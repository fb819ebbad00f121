using System.Globalization;
using Newtonsoft.Json.Linq;

namespace RocketMQ.Broker.Tests.Answers;

/// <summary>What Apache's 5.3.3 broker and name server answered; the files lie in <c>golden</c>.</summary>
internal static class RecordedAnswers
{
    /// <summary>Requests and their complete answers.</summary>
    public static IEnumerable<JObject> All => Lines("answers-53.jsonl").Select(JObject.Parse);

    /// <summary>Per code of the broker, the code it answered to a request that lacks every field.</summary>
    public static IEnumerable<RecordedCode> WithoutFields => Rows("missing-fields.tsv").SelectMany(row => new[]
    {
        Code(row, "no extFields", row[3]),
        Code(row, "no extFields and no body", row.Length > 7 && row[7] != "=" && row[7].Length > 0 ? row[7] : row[3]),
        Code(row, "all fields", row.Length > 6 ? row[6] : ""),
    }).Where(code => code.Expected >= 0);

    /// <summary>Per code of the broker and field that its header demands, the code it answered to a request that lacks this field alone.</summary>
    public static IEnumerable<RecordedCode> WithoutOneField => Rows("missing-fields-each.tsv").Select(row => Code(row, row[3], row[5]));

    private static IEnumerable<string[]> Rows(string file) => Lines(file).Skip(1).Select(line => line.Split('\t')).Where(row => row[0] == "broker");

    private static IEnumerable<string> Lines(string file) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Answers", "golden", file));

    private static RecordedCode Code(string[] row, string what, string answer) => new(
        int.Parse(row[1], CultureInfo.InvariantCulture),
        row[2],
        what,
        int.TryParse(answer.Split(' ')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : -1);
}
