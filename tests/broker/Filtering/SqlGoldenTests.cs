using System.Text;
using System.Text.Json;
using RocketMQ.Broker.Filtering.Sql;

namespace RocketMQ.Broker.Tests.Filtering;

/// <summary>
/// What Apache RocketMQ 5.3.3's own filter module said of some 1,600 random expressions, good and bad, each over one
/// message: lines of <c>[verdict, expression, properties]</c>. "tail ignored" are those of which it read only the
/// beginning.
/// </summary>
public class SqlGoldenTests
{
    [Test]
    public void Every_verdict_is_Apaches_but_for_tails_which_are_refused()
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Filtering", "golden", "sql-verdicts.jsonl");
        var lines = File.ReadAllLines(file);
        Assert.That(lines, Has.Length.GreaterThan(1500));
        Assert.Multiple(() =>
        {
            foreach (var line in lines)
            {
                var fields = JsonSerializer.Deserialize<string[]>(line)!;
                var verdict = !SqlFilter.TryCompile(fields[1], out var filter, out _) ? "refused"
                    : filter.Matches(Encoding.UTF8.GetBytes(fields[2])) ? "match" : "no match";
                Assert.That(verdict, Is.EqualTo(fields[0] == "tail ignored" ? "refused" : fields[0]), line);
            }
        });
    }
}
