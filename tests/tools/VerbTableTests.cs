using System.CommandLine;
using System.Text.RegularExpressions;
using RocketMQ.MqAdmin;

namespace RocketMQ.Tools.Tests;

/// <summary>Holds the registered verbs to Apache's, and the README to the registered verbs.</summary>
public partial class VerbTableTests
{
    private static readonly IReadOnlyList<Verb> Verbs = [.. VerbTable.Create().SelectMany(g => g.Verbs)];

    /// <summary>Apache's mqadmin sends a request without a name, which brokers refuse.</summary>
    private static readonly string[] RequiredHereOnly = ["getUser --username", "getAcl --subject"];

    public static IEnumerable<TestCaseData> ApachesVerbs() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "apache-verbs.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Select(cells => new TestCaseData(cells[0], cells[1], cells[3]).SetArgDisplayNames(cells[0]));

    [TestCaseSource(nameof(ApachesVerbs))]
    public void A_verb_of_Apache_is_there_with_its_flags(string name, string alias, string options)
    {
        var verb = Verbs.SingleOrDefault(v => v.Name == name);
        Assert.That(verb, Is.Not.Null);
        Assert.That(alias.Length == 0 || verb!.Command.Aliases.Contains(alias), alias);
        foreach (var option in options.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            Check(verb!.Command, option);
        }
    }

    [Test]
    public void Verbs_are_named_once_and_show_an_example_and_a_sentence() =>
        Assert.Multiple(() =>
        {
            Assert.That(Verbs.Select(v => v.Name), Is.Unique);
            Assert.That(Verbs.Select(v => v.Command.Description), Has.All.EndsWith("."));
            Assert.That(Verbs.Select(v => v.Example), Has.All.Contains(" "));
        });

    [Test]
    public void The_readme_lists_every_verb_with_a_test_that_runs_it()
    {
        var tools = Repository("tools", "README.md");
        var rows = Row().Matches(File.ReadAllText(tools)).ToDictionary(m => m.Groups["verb"].Value, m => m.Groups["test"].Value);
        Assert.Multiple(() =>
        {
            Assert.That(rows.Keys, Is.EquivalentTo(Verbs.Select(v => v.Name)));
            foreach (var (verb, test) in rows)
            {
                var file = Repository("tests", "tools", test + ".cs");
                Assert.That(File.Exists(file), $"{verb}: {test}");
                Assert.That(File.Exists(file) && Regex.IsMatch(File.ReadAllText(file), $@"\b{verb}\b"), $"{test} does not run {verb}");
            }
        });
    }

    /// <summary>Sentences of all programs that tell a person to call mqadmin.</summary>
    [Test]
    public void What_is_advised_is_there()
    {
        var advice = new[] { "tools", "broker", "namesrv", "store", "client", "remoting", "docs", "conf" }
            .Select(folder => Repository(folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".md" or ".conf" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Advice().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), match)))
            .ToList();
        Assert.That(advice, Has.Count.GreaterThan(30));
        Assert.Multiple(() =>
        {
            foreach (var (file, match) in advice)
            {
                var verb = Verbs.SingleOrDefault(v => v.Name == match.Groups["verb"].Value);
                Assert.That(verb, Is.Not.Null, $"{file}: {match.Value}");
                foreach (var option in match.Groups["option"].Captures.Select(c => c.Value))
                {
                    var known = verb!.Command.Options.Concat(RocketMQ.MqAdmin.Running.CommonOptions.All).SelectMany(o => o.Aliases.Append(o.Name)).Append("-h");
                    Assert.That(known, Does.Contain(option).Or.Contain("-" + option), $"{file}: {match.Value}");
                }
            }
        });
    }

    private static void Check(Command verb, string option)
    {
        var words = option.Split(' ');
        var names = words[0].Split(',');
        var known = verb.Options.SingleOrDefault(o => o.Name == names[1]);

        // Name servers are an option of the whole program; two options of Apache's share the letter c here.
        if (names[1] is "--namesrvAddr")
        {
            return;
        }

        Assert.That(known, Is.Not.Null, option);
        Assert.That(names[0].Length == 0 || names[1] == "--cplus" || known!.Aliases.Contains(names[0]), option);
        Assert.That(known!.Arity.MaximumNumberOfValues, Is.EqualTo(words[1] == "value" ? 1 : 0), option);
        Assert.That(known.Required, Is.EqualTo(words.Contains("required") || RequiredHereOnly.Contains($"{verb.Name} {names[1]}")), option);
    }

    private static string Repository(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "RocketMQ.Net.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder.FullName, .. path]);
    }

    [GeneratedRegex(@"^\| `(?<verb>\w+)` \|.*\| (?<test>[\w/]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A verb in small letters behind the program's name, and options with or without a value.</summary>
    [GeneratedRegex(@"(?<=[^\w/:-])mqadmin (?<verb>[a-z]+[A-Z]\w+)(?: (?<option>--?[a-zA-Z][\w-]*)(?: (?![-.,;:&|(])[^\s`""]+)?)*")]
    private static partial Regex Advice();
}
